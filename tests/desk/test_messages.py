"""What interface and desk say to each other: everything comes over whole, and nothing else does."""

import msgspec
import pytest

from advisor.bench import protocol
from advisor.bench.downloads import Download
from advisor.bench.events import Ended, Paused, Timing, Update, Waiting
from advisor.corpus.amount import Amount
from advisor.corpus.options import ReadOptions, Source
from advisor.desk import messages
from advisor.errors import WorkerError
from advisor.needs.answers import Answers, AnswerSet
from advisor.needs.requirements import Machine

SAID = AnswerSet(values=Answers(priority="speed"), sources={"priority": "user"})
HOSTILE = ["\x1b]0;x\x07", "[/]", "\u202e", "\x9b31m", "中文" * 40, "a" * 10_000, "a\0b", "a\nb"]
REQUESTS = [
    messages.Look(),
    messages.Look(models_dir="/models"),
    messages.Read(place="techcorp-zh", amount=Amount(queries=5, seed=2)),
    messages.Examine(place="techcorp-zh", seed=2),
    messages.Clean(place="/data"),
    messages.Tables(place="/data"),
    messages.Write(
        place="/data",
        reading=ReadOptions(queries_from=Source("http://localhost:8000/v1", "a")),
        agreed="b",
    ),
    messages.Choose(answers=SAID, names=("a",), removed=("b",), added=("c=/d",)),
    messages.Fetch(repos=("org/a", "org/b")),
    messages.Measure(),
    messages.Pause(),
    messages.Resume(),
    messages.Stop(),
    messages.Skip(name="a"),
    messages.Add(name="a"),
    messages.Decide(name="a", profile="b"),
    messages.Pool(),
    messages.Judge(query="q", grades={"d": 2, "e": -1, "f": None}),
    messages.Contrasts(first="a", second="b"),
    messages.Export(folder="/records"),
    messages.Suppose(answers=AnswerSet(values=Answers(latency_ms=5.0), sources={})),
    messages.Save(folder="/records", name="a", note="b"),
]
TOLD = [
    messages.Told(number=1, reply=messages.Done()),
    messages.Told(number=2, reply=messages.Refused(text="no")),
    messages.Told(
        number=3,
        reply=messages.Looked(
            machine=Machine(source="detected", cores=2, memory_mib=8_000), here=("org/a",)
        ),
    ),
    messages.Told(
        number=6,
        reply=messages.Supposed(
            kind="tie",
            sentence="a",
            pick=None,
            changed="b",
            rows=(messages.SupposedRow(name="c", p_within=0.5),),
        ),
    ),
    messages.Told(number=4, reply=messages.Measured(measured=2, of=3)),
    messages.Told(number=4, reply=messages.Written(to_agree="a")),
    messages.Told(writing=messages.Writing(done=1, of=2)),
    messages.Told(number=4, reply=messages.Counted(judged=3, queries=1)),
    messages.Told(number=5, reply=messages.Fetched(here=(), failures={"org/a": "no network"})),
    messages.Told(
        download=Download(
            repo="org/a", event=protocol.Progress(phase="downloading", done=1, total=2)
        )
    ),
    *(
        messages.Told(update=Update(candidate="a", event=event))
        for event in (
            Waiting(),
            Timing(),
            Paused(),
            Ended(status="failed", reason="junk", log="/log"),
            protocol.Loading(),
            protocol.Loaded(seconds=1.5),
        )
    ),
]
NOT_LINES = [
    b"",
    b"\n",
    b"garbage\n",
    b"\xff\xfe\n",
    b'"\xff"\n',
    b"null\n",
    b"[]\n",
    b"{}\n",
    b"[" * 100_000 + b"\n",
    b'{"a":' * 100_000 + b"\n",
    b'{"number":' + b"9" * 5_000 + b"}\n",
    b'{"number":1,"request":{"type":"reboot"},"reply":{"type":"reboot"}}\n',
    b'{"number":"1","request":{"type":"stop"},"reply":{"type":"done"}}\n',
    b'{"number":1.5,"request":{"type":"stop"},"reply":{"type":"done"}}\n',
    b'{"number":NaN,"request":{"type":"stop"},"reply":{"type":"done"}}\n',
    b'{"number":1,"request":{"type":"skip","name":["a"]},"reply":{"type":"refused","text":1}}\n',
    b'{"number":1,"request":{"type":"skip"},"reply":{"type":"refused"}}\n',
    b'{"number":1,"request":' + b"[" * 100_000 + b',"reply":' + b"[" * 100_000 + b"\n",
    b'{"number":1,"x":' + b"[" * 100_000 + b"\n",
    b'{"number":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_every_request_comes_over_whole_on_one_line(request_: messages.Request) -> None:
    asked = messages.Asked(number=7, request=request_)
    line = messages.encode(asked)
    assert line.count(b"\n") == 1
    assert messages.decode_asked(line) == asked


@pytest.mark.parametrize("told", TOLD)
def test_every_reply_and_all_news_come_over_whole_on_one_line(told: messages.Told) -> None:
    line = messages.encode(told)
    assert line.count(b"\n") == 1
    assert messages.decode_told(line) == told


def test_no_request_and_no_reply_was_forgotten_here() -> None:
    assert {type(one) for one in REQUESTS} == set(messages.Request.__args__)
    tags = {msgspec.structs.asdict(told)["reply"].__class__ for told in TOLD if told.reply}
    assert tags <= set(messages.Reply.__args__)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_over_as_it_is_on_one_line(text: str) -> None:
    asked = messages.Asked(number=1, request=messages.Read(place=text))
    assert messages.decode_asked(messages.encode(asked)) == asked
    told = messages.Told(number=1, reply=messages.Refused(text=text))
    assert messages.encode(told).count(b"\n") == 1
    assert messages.decode_told(messages.encode(told)) == told


def test_a_name_that_is_no_text_cannot_be_said_and_the_way_out_is() -> None:
    with pytest.raises(WorkerError, match="data-\ufffd: not a name in UTF-8; rename"):
        messages.encode(messages.Asked(number=1, request=messages.Read(place="data-\udcff")))


@pytest.mark.parametrize("line", NOT_LINES, ids=lambda line: line[:24])
def test_what_is_no_request_is_never_taken_for_one(line: bytes) -> None:
    with pytest.raises(WorkerError, match="not a request"):
        messages.decode_asked(line)


@pytest.mark.parametrize(
    "line", [line for line in NOT_LINES if line != b"{}\n"], ids=lambda line: line[:24]
)
def test_what_is_no_reply_and_no_news_is_never_taken_for_one(line: bytes) -> None:
    with pytest.raises(WorkerError, match="not a reply"):
        messages.decode_told(line)


def test_the_reason_why_a_line_is_refused_stays_short() -> None:
    for line in NOT_LINES:
        with pytest.raises(WorkerError) as caught:
            messages.decode_asked(line)
        assert len(str(caught.value)) < 300
