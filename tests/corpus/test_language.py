"""Guessing languages, and not guessing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.language import (
    language_shares,
    languages_of_texts,
    main_languages,
)
from advisor.corpus.readers import read_dataset
from advisor.corpus.tagging import with_languages

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("name", "tag"), [("xquad-mini", "en"), ("cmrc-mini", "zh-Hans"), ("jsquad-mini", "ja")]
)
def test_real_documents_and_queries_are_recognised(name: str, tag: str) -> None:
    dataset = read_dataset(str(DATA / name))
    for items in (dataset.corpus, dataset.queries):
        first, *_ = language_shares([item.text for item in items])
        assert first.tag == tag
        assert first.share >= 0.95


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("我們會在三個工作天內以電子郵件通知結果", "zh-Hant"),
        ("我们会在三个工作日内通过电子邮件通知结果", "zh-Hans"),
        ("お支払いは三日以内に届きます", "ja"),
        ("환불은 사흘 안에 됩니다", "ko"),
        ("Der Betrag wird auf das Konto überwiesen, wenn die Ware da ist.", "de"),
        ("Le montant est versé sur le compte dans les trois jours.", "fr"),
        ("El importe se abona en la cuenta en los tres días.", "es"),
        ("O valor não é devolvido para a conta em três dias.", "pt"),
        ("La somma viene versata sul conto nel giro di tre giorni, che non è poco.", "it"),
        ("Het bedrag wordt binnen drie dagen op de rekening gezet.", "nl"),
        ("Tutar üç gün içinde hesaba yatırılır ve çok hızlıdır.", "tr"),
        ("Số tiền sẽ được chuyển vào tài khoản trong ba ngày.", "vi"),
        ("Деньги вернутся на счёт, если вы это укажете.", "ru"),
        ("Гроші повернуться на рахунок за три дні її банку.", "uk"),
        ("سيعاد المبلغ إلى الحساب خلال ثلاثة أيام", "ar"),
        ("مبلغ تا سه روز دیگر به حساب برمی‌گردد", "fa"),
        ("राशि तीन दिन में खाते में आ जाएगी", "hi"),
        ("เงินจะคืนเข้าบัญชีภายในสามวัน", "th"),
        ("Τα χρήματα επιστρέφονται σε τρεις μέρες", "el"),
        ("HomeHub TH-200 重設後沒有反應，請聯絡客服", "zh-Hant"),
    ],
)
def test_one_sentence_is_enough_for_many_languages(text: str, tag: str) -> None:
    assert language_shares([text]) == ((tag, 1.0),)


@pytest.mark.parametrize("texts", [[], [""], ["123", "?!"], ["B. F. Skinner"], ["Abc xyz"]])
def test_too_little_gives_no_guess(texts: list[str]) -> None:
    assert language_shares(texts) == ()


def test_chinese_that_could_be_either_writing_is_plain_chinese() -> None:
    assert language_shares(["北京大", "上海"]) == (("zh", 1.0),)


def test_short_texts_go_with_the_others_of_their_script() -> None:
    texts = ["What is the price of this?", "When does it come to the shop?", "B. F. Skinner"]
    assert language_shares(texts) == (("en", 1.0),)


def test_several_languages_come_with_their_shares() -> None:
    texts = ["我们会在三个工作日内通知"] * 3 + ["The money is on the way to you."] * 3
    texts += ["Деньги вернутся, если вы это укажете."] * 4
    assert language_shares(texts) == (("ru", 0.4), ("en", 0.3), ("zh-Hans", 0.3))


def test_every_text_has_its_own_language_and_short_ones_go_with_their_script() -> None:
    texts = [
        "我們會在三個工作天內以電子郵件通知結果",
        "What is the price of this?",
        "我们会在三个工作日内通过电子邮件通知结果",
        "Когда вернутся деньги, если вы это укажете?",
        "When does it come to the shop?",
        "SKU 4711",
        "12345",
    ]
    assert languages_of_texts(texts) == ("zh-Hant", "en", "zh-Hans", "ru", "en", "en", None)


def test_the_languages_to_read_are_those_of_many_texts() -> None:
    english, chinese = "The money is on the way to you.", "我们会在三个工作日内通知"
    assert main_languages([english] * 7 + [chinese] * 3) == ("en", "zh-Hans")
    assert main_languages([english] * 9 + [chinese]) == ("en",)
    many = [
        english,
        chinese,
        "เงินจะคืนเข้าบัญชี",
        "환불은 사흘 안에 됩니다",
        "お支払いは三日以内に",
        "Τα χρήματα",
    ]
    assert main_languages(many) == ("several",)
    assert main_languages(["B. F. Skinner"]) == ()


def test_the_languages_are_kept_with_the_dataset() -> None:
    dataset = with_languages(
        Dataset(
            name="two",
            corpus=(Document("d1", "The money is on the way to you."), Document("d2", "4711")),
            queries=(Query("q1", "退款需要几个工作日才会到账"),),
            qrels={"q1": {"d1": 1}},
            evidence="human",
        )
    )
    assert dataset.document_languages == {"d1": "en"}
    assert dataset.query_languages == {"q1": "zh-Hans"}


def test_a_full_temporary_folder_is_said_with_the_way_out() -> None:
    # A process of its own: this one has unpacked the detector already, or must not again.
    code = (
        "import resource; from advisor.corpus.language import language_of\n"
        "from advisor.errors import DataError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: language_of('The train leaves the station in the morning.')\n"
        "except DataError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=DATA.parents[1],
    )
    assert "languages of the texts cannot be told (File too large)" in done.stdout
    assert "name another folder in TMPDIR" in done.stdout
