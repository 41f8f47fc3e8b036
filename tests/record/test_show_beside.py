"""What was looked at beside the comparison: every view of a record shows it, and it is kept."""

from pathlib import Path

import msgspec

from advisor.record.answer import answer
from advisor.record.beside import BatchMemory, Direction, Neighbourhood, Translations, Twice
from advisor.record.cells import cells
from advisor.record.decision import DecisionRecord
from advisor.record.show_html import as_html
from advisor.record.show_markdown import as_markdown
from advisor.record.show_text import as_text
from advisor.record.store import load_record, save_record
from tests.record import made


def looked_at() -> DecisionRecord:
    """The hand-made record, its first candidate with every view."""
    record = made.record()
    first = msgspec.structs.replace(
        record.candidates[0],
        cross_lingual=tuple(
            Direction(query_language=one, document_language=other, ndcg=0.25, n=30)
            for one in ("zh-Hans", "en", "de")
            for other in ("zh-Hans", "en", "de")
        ),
        same_language_share=0.8,
        same_language_expected=0.33,
        translations=Translations(pairs=1234, forth=0.87, back=0.63),
        asked_twice=Twice(pairs=42, overlap=0.54),
        neighbourhood=Neighbourhood(
            documents=250,
            k=10,
            skew=1.7,
            never_share=0.12,
            mean_cosine=0.81,
            shared={"two [/]\x1b[2J" + "x" * 60: 0.44},
        ),
        memory=(
            BatchMemory(batch=1, peak_mib=700.0, model_mib=310.0),
            BatchMemory(batch=32, peak_mib=1433.0, model_mib=1043.0),
        ),
    )
    return msgspec.structs.replace(record, candidates=(first, *record.candidates[1:]))


def test_every_view_shows_languages_neighbourhoods_and_memory() -> None:
    record = looked_at()
    text = as_text(record, 80)
    assert max(map(cells, text.splitlines())) <= 80
    for words in (
        "zh-Hans→en",
        "80 %",
        "by chance 33 %",
        "87 %",
        "63 %",
        "54 %",
        "1.7",
        "44 %",
        "1,433 (1,043)",
    ):
        assert words in text
    for view in (as_markdown(record), as_html(record)):
        assert "zh-Hans" in view
        assert "1,433" in view
        assert "\x1b" not in view
    (first, *_) = answer(record, "r.toml")["candidates"]
    assert len(first["cross_lingual"]) == 9
    assert first["translations"] == {"pairs": 1234, "forth": 0.87, "back": 0.63}
    assert first["asked_twice"]["overlap"] == 0.54
    assert first["memory_by_batch"][1]["model_mib"] == 1043.0
    assert first["neighbourhood"]["never_share"] == 0.12


def test_what_was_looked_at_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    record = looked_at()
    kept, unknown = load_record(save_record(record, tmp_path))
    assert kept.candidates[0] == record.candidates[0]
    assert not unknown
