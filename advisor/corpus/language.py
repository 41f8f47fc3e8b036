"""A guess at the language of texts, from scripts and frequent words alone; unsure means None."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

_MOST_TEXTS: Final = 500
_MOST_CHARACTERS: Final = 600
_LEAST_SHARE: Final = 0.5
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

_WORDS: Final[dict[str, frozenset[str]]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": "the of and to in is that for it was with as on by are this from be or an which you "
        "not have at what how who when where does did many why were can my i do",
        "de": "der die und das den von zu mit des auf für ist im dem nicht ein eine als auch es an "
        "werden aus er hat dass sie nach wird bei wie was wer wann welche welcher ich",
        "fr": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce "
        "il sont avec son aux cette quel quelle comment où je vous",
        "es": "de la que el en y los se del las un por con no una su para es al lo como más fue "
        "son qué cuál quién cómo cuándo dónde cuántos está",
        "pt": "de a que o e do da em um para com não uma os no se na por mais as dos como mas foi "
        "ao das são qual quem você é seu sua",
        "it": "di e il la che in un per è non sono del con della le una da dei si al come più nel "
        "alla anche gli delle quale quanti chi cosa",
        "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan door "
        "werd bij wordt uit wat wie hoe welke waar ik",
        "ro": "de și în a la cu pe nu din care o este un să pentru ce fost mai sau al ale câte "
        "cine când unde lui au",
        "tr": "ve bir bu için ile da de olarak ne daha çok olan gibi en kadar sonra kim hangi kaç "
        "nedir nasıl mı tarafından",
        "pl": "w i na z się do nie że jest to o jak od po przez za dla co był oraz ich który "
        "która ile kto gdzie",
        "sv": "och i att det som en på är av för med den till inte ett om har de från var vad vem "
        "hur när",
        "id": "yang dan di dengan untuk dari ini itu pada adalah tidak dalam akan apa oleh ke "
        "sebagai juga berapa siapa",
        "vi": "và của là có được trong cho không một với các những người đã khi này nào bao "
        "nhiêu gì ai",
    }.items()
}
_LETTERS: Final = {
    tag: frozenset(letters)
    for tag, letters in {
        "tr": "ğı",
        "pl": "łąęśż",
        "ro": "șță",
        "de": "ßä",
        "pt": "ãõ",
        "es": "ñ",
    }.items()
}
"""Letters that make a word count for a language; rare in the other ones here."""
_NONE: Final[frozenset[str]] = frozenset()
_VIETNAMESE = re.compile("[ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")

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

_UNDECIDED: Final = {
    "Han": ("zh-Hans", "zh-Hant", "ja"),
    "Latin": tuple(_WORDS),
    "Cyrillic": ("ru", "uk", "be", "sr"),
}
"""Texts too short to tell go to the language that has won its script, if one clearly has."""


class Guess(NamedTuple):
    """A language (BCP 47 tag) and the share of the texts that it has."""

    tag: str
    share: float


def guess_language(texts: Sequence[str]) -> Guess | None:
    """Return the language of at least half of the texts, or None when there is no such."""
    shares = language_shares(texts)
    return shares[0] if shares and shares[0].share >= _LEAST_SHARE else None


def language_shares(texts: Sequence[str]) -> tuple[Guess, ...]:
    """Return the languages found, most frequent first; what is missing to 1 is not known.

    At most 500 texts, evenly spread, and the first 600 characters of each are looked at.
    """
    step = max(1, len(texts) // _MOST_TEXTS)
    looked_at = [text[:_MOST_CHARACTERS] for text in texts[::step][:_MOST_TEXTS]]
    looked_at = [text for text in looked_at if any(map(str.isalpha, text))]
    counts = Counter(languages_of_each(looked_at))
    return tuple(
        Guess(tag, round(count / len(looked_at), 4))
        for tag, count in sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
        if tag is not None
    )


def languages_of_each(texts: Sequence[str]) -> tuple[str | None, ...]:
    """Return the language of every text, in order; None where it cannot be told.

    A text too short to tell has the language that has won its script among the others, if one
    clearly has.
    """
    found = [language_of(text) for text in texts]
    winners = _winners(Counter(found))
    return tuple(tag if tag not in _UNDECIDED else winners.get(tag) for tag in found)


def _winners(counts: Counter[str | None]) -> dict[str, str]:
    """Return for each script that several languages use the one that has won it."""
    won = {}
    for script, tags in _UNDECIDED.items():
        undecided = counts[script]
        decided = {tag: counts[tag] for tag in tags if counts[tag]}
        total = sum(decided.values())
        if script == "Han" and not decided:
            won[script] = "zh"
        elif total and total * 4 >= undecided:
            best = max(decided, key=lambda tag: decided[tag])
            if decided[best] >= 0.8 * total:
                won[script] = best
    return won


def language_of(text: str) -> str | None:
    """Return the tag of one text, the name of a script that cannot be told apart, or None.

    The first 600 characters are looked at.
    """
    text = text[:_MOST_CHARACTERS]
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
        if name == "CYRILLIC":
            return _cyrillic(text)
        if name == "ARABIC":
            return _arabic(text)
        return _SCRIPTS.get(name)
    return _latin(text) if scripts["LATIN"] else None


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
    return ranked[0] if votes[ranked[0]] > votes[ranked[1]] else "Han"


def _cyrillic(text: str) -> str:
    letters = set(text.lower())
    for tag, only in (("be", "ў"), ("uk", "їєґі"), ("sr", "ђјљњћџ"), ("ru", "ыэё")):
        if letters & set(only):
            return tag
    return "Cyrillic"


def _arabic(text: str) -> str:
    letters = set(text)
    if letters & set("ٹڈڑںےھ"):
        return "ur"
    return "fa" if letters & set("پچژگی") else "ar"


def _latin(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(_VIETNAMESE.findall(text.lower())) >= max(1, len(words) // 5):
        return "vi"
    hits = {
        tag: sum(
            word in frequent or bool(_LETTERS.get(tag, _NONE).intersection(word)) for word in words
        )
        for tag, frequent in _WORDS.items()
    }
    ranked = sorted(hits, key=lambda tag: -hits[tag])
    best, second = hits[ranked[0]], hits[ranked[1]]
    if best >= 2 and best >= 0.1 * len(words) and best >= 1.25 * second:
        return ranked[0]
    return "Latin"
