"""The language of texts: by script, by the characters of one writing, by letters; or not known."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from advisor.errors import MORE_TEMPORARY, DataError
from advisor.needs.languages import LANGUAGES, SEVERAL

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_MOST_TEXTS: Final = 500
_MOST_CHARACTERS: Final = 300
_REMEMBERED: Final = 20_000
"""Texts: a corpus is looked at for its strata, for its sample and for its main languages."""
_LEAST_PROBABLE: Final = 0.5
_LEAST_SHARE: Final = 0.5
_MAIN_SHARE: Final = 0.2
_MOSTLY: Final = 0.8
_MIXED_SCRIPT: Final = 0.3
"""A text has the language of a script that fills at least so much of its letters."""

# Characters of everyday text that exist in one of the two writings only, pair by pair.
_SIMPLIFIED = (
    "个这们来时说国过对会还没为问开关见长门车东马电话语读书学习实际经济发"
    "现样种动应该让给听认识写买卖钱员图团园场坏块处备复头夹奖妇妈孙宁审层岁岛师帮归录"
    "当忆态总恋战户担拥择换据断无旧显术机杂权条极构标树梦检楼欢气汉汤决沟泪温测湾满灭"
    "灯灵热爱环点烟烧独猫画疗百盘碍确离种积称稳窝竞笔筑签简粮红纪约级纯纸线组细终结绝统"
    "继绩维综编网罗义职联肤胆脑脚艺节药苏号虽补装观规视觉议记讲许论设访证评诉词试诗该"
    "详误请诸谁调谈谢谱贝负财责败货质费资赛赢赶输转轮软轻载较边达迁运近连迟选递适遗邮"
    "钟钢错镇闭闻阳阴阵阶险随难页顺须预领频题颜额风飞饭饮饿馆驾验骨鱼鲜鸟鸡麦黄齐龙龟"
)
_TRADITIONAL = (
    "個這們來時說國過對會還沒為問開關見長門車東馬電話語讀書學習實際經濟發"
    "現樣種動應該讓給聽認識寫買賣錢員圖團園場壞塊處備複頭夾獎婦媽孫寧審層歲島師幫歸錄"
    "當憶態總戀戰戶擔擁擇換據斷無舊顯術機雜權條極構標樹夢檢樓歡氣漢湯決溝淚溫測灣滿滅"
    "燈靈熱愛環點煙燒獨貓畫療百盤礙確離種積稱穩窩競筆築簽簡糧紅紀約級純紙線組細終結絕統"
    "繼績維綜編網羅義職聯膚膽腦腳藝節藥蘇號雖補裝觀規視覺議記講許論設訪證評訴詞試詩該"
    "詳誤請諸誰調談謝譜貝負財責敗貨質費資賽贏趕輸轉輪軟輕載較邊達遷運近連遲選遞適遺郵"
    "鐘鋼錯鎮閉聞陽陰陣階險隨難頁順須預領頻題顏額風飛飯飲餓館駕驗骨魚鮮鳥雞麥黃齊龍龜"
)
_ONLY_SIMPLIFIED: Final = frozenset(_SIMPLIFIED) - frozenset(_TRADITIONAL)
_ONLY_TRADITIONAL: Final = frozenset(_TRADITIONAL) - frozenset(_SIMPLIFIED)
_ONLY_JAPANESE: Final = frozenset("気駅円図働込畑峠広辺桜沢売続転検険験顔労発鉄県価応帰弾悪斎竜両")

_SCRIPTS: Final[dict[str, str]] = {
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "GUJARATI": "gu",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GURMUKHI": "pa",
    "SINHALA": "si",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "ETHIOPIC": "am",
    "TIBETAN": "bo",
    "HANGUL": "ko",
}
"""Scripts that one widespread language uses; Marathi and Nepali are taken for Hindi."""

_WRITTEN_IN: Final = {"LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab"}
"""Scripts of many languages, as the codes of languages name them."""
UNDECIDED: Final = {
    "HAN": ("zh-Hans", "zh-Hant", "ja"),
    **{
        script: tuple(
            tag
            for tag, language in LANGUAGES.items()
            if any(code.endswith(f"-{code_of}") for code in language.codes)
        )
        for script, code_of in _WRITTEN_IN.items()
    },
}
"""Texts too short to tell go to the language that has won its script, if one clearly has."""
_SAME: Final = {"nb": "no", "nn": "no", "arz": "ar", "ary": "ar"}
"""What the detector tells apart and no model's card does."""


class Guess(NamedTuple):
    """A language (BCP 47 tag) and the share of the texts that it has."""

    tag: str
    share: float


def main_languages(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the languages that a model must read, most frequent first; none where unsure.

    Each has a fifth of the texts or more. Where no language has, but nearly all texts are in some,
    it is `several`.
    """
    shares = language_shares(texts)
    main = tuple(one.tag for one in shares if one.share >= _MAIN_SHARE and one.tag in LANGUAGES)
    if main:
        return main if sum(one.share for one in shares) >= _LEAST_SHARE else ()
    known = sum(one.share for one in shares)
    return (SEVERAL,) if len(shares) > 2 and known >= _MOSTLY else ()


def language_shares(texts: Sequence[str]) -> tuple[Guess, ...]:
    """Return the languages found, most frequent first; what is missing to 1 is not known.

    At most 500 texts, evenly spread, and the beginning of each are looked at.
    """
    step = max(1, len(texts) // _MOST_TEXTS)
    looked_at = [text[:_MOST_CHARACTERS] for text in texts[::step][:_MOST_TEXTS]]
    looked_at = [text for text in looked_at if any(map(str.isalpha, text))]
    counts = Counter(tag for tag in languages_of_texts(looked_at) if tag is not None)
    return tuple(
        Guess(tag, round(count / len(looked_at), 4))
        for tag, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def languages_of_texts(texts: Sequence[str]) -> tuple[str | None, ...]:
    """Return the tag of each text; None where it cannot be told.

    What is too short by itself goes with the others of its script, where these are of one language.
    """
    found = [language_of(text) for text in texts]
    counts = Counter(found)
    settled = {script: _winner(counts, script, tags) for script, tags in UNDECIDED.items()}
    return tuple(settled.get(tag, tag) if tag else None for tag in found)


def _winner(counts: Counter[str | None], script: str, tags: tuple[str, ...]) -> str | None:
    """Return the language that undecided texts of a script are taken for."""
    undecided = counts[script]
    decided = {tag: counts[tag] for tag in tags if counts[tag]}
    total = sum(decided.values())
    if script == "HAN" and not decided:
        return "zh"
    best = max(decided, key=lambda tag: decided[tag], default=None)
    if best is None or total * 4 < undecided or decided[best] < 0.8 * total:
        return None
    return best


def language_of(text: str) -> str | None:
    """Return the tag of one text, the name of a script that cannot be told apart, or None.

    The first 300 characters are looked at.
    """
    return _language_of(text[:_MOST_CHARACTERS])


@functools.lru_cache(maxsize=_REMEMBERED)
def _language_of(text: str) -> str | None:
    scripts = _scripts(text)
    total = sum(scripts.values())
    if not total:
        return None
    east = scripts["CJK"] + scripts["KANA"]
    # Names and codes in Latin letters are frequent in texts of every other script.
    others = {name: count for name, count in scripts.items() if name != "LATIN"}
    if east >= _MIXED_SCRIPT * total and east >= max(others.values(), default=0):
        return _han(text, scripts["KANA"] / east)
    name = max(others, key=lambda script: others[script], default=None)
    if name is not None and others[name] >= _MIXED_SCRIPT * total:
        return _by_letters(text, name) if name in _WRITTEN_IN else _SCRIPTS.get(name)
    return _by_letters(text, "LATIN") if scripts["LATIN"] else None


def _by_letters(text: str, script: str) -> str:
    """Tell languages of one script apart by their letters; the script's name where it cannot be."""
    tag, probability = _detector().classify(text)
    tag = _SAME.get(tag, tag)
    # Of 1,190 questions in 12 languages this leaves 3 % open and gets none wrong.
    return tag if probability >= _LEAST_PROBABLE and tag in UNDECIDED[script] else script


@functools.cache
def _detector() -> LanguageIdentifier:
    # Loading takes a moment: not before there is a text to tell.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as error:  # it is unpacked into the temporary folder
        raise DataError(
            f"the languages of the texts cannot be told ({error.strerror or error}): that needs "
            f"some 70 MiB in the temporary folder; {MORE_TEMPORARY}"
        ) from error


def _scripts(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        if not char.isalpha():
            continue
        script = "LATIN" if char.isascii() else unicodedata.name(char, "").split(" ")[0]
        if script in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH"):
            script = "KANA"
        counts[script] += count
    return counts


def _han(text: str, kana: float) -> str:
    if kana >= 0.05:
        return "ja"
    chars = Counter(text)
    votes = {
        tag: sum(chars[char] for char in only if char in chars)
        for tag, only in (
            ("zh-Hans", _ONLY_SIMPLIFIED),
            ("zh-Hant", _ONLY_TRADITIONAL),
            ("ja", _ONLY_JAPANESE),
        )
    }
    ranked = sorted(votes, key=lambda tag: -votes[tag])
    return ranked[0] if votes[ranked[0]] > votes[ranked[1]] else "HAN"
