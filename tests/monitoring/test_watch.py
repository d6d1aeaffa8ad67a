"""Topics: a burst is told soon, quiet streams are told of as seldom as was asked, and counts are exact."""

from dataclasses import replace

import pytest

from funcgen.monitoring.settings import Settings
from funcgen.monitoring.watch import POINTS, Watch
from tests.monitoring.streams import A_DAY, START, stream, watched


def test_a_burst_is_told_soon_for_its_topic_alone() -> None:
    burst = range(3000, 3060)
    watch = watched(Watch(Settings(false_alarms=0.2)), stream(6000, seed=1, burst=burst))
    told = [alert for alert in watch.alerts if burst.start < alert["line"] <= burst.stop + 20]
    assert [alert["topic"] for alert in told if alert["alert"] == "surge"] == ["orders"]
    first = told[0]
    assert first["line"] in burst
    assert first["share"] == pytest.approx(first["negative"] / first["sentences"], abs=1e-4)
    assert len(first["examples"]) == 3
    assert first["since"] <= first["time"]


def test_false_alarms_keep_to_the_budget() -> None:
    days, budget, streams = 20, 0.5, 12
    surges = 0
    for seed in range(streams):
        watch = watched(Watch(Settings(false_alarms=budget)), stream(days * A_DAY, seed))
        surges += sum(alert["alert"] == "surge" for alert in watch.alerts)
    assert 0 < surges <= 1.15 * budget * days * streams


def test_nothing_is_told_while_what_is_normal_is_learned() -> None:
    watch = watched(Watch(Settings(learn=500)), stream(800, seed=1, share=0.9))
    assert watch.alerts == []
    assert {topic.normal for topic in watch.topics.values()} == {None}


def test_counts_are_exact_and_the_history_is_bounded() -> None:
    sentences = list(stream(12_000, seed=2))
    watch = watched(Watch(Settings()), iter(sentences))
    for name, found in watch.state().items():
        mine = [sentiment for _, topic, sentiment in sentences if topic == name]
        assert found["sentences"] == len(mine)
        assert found["negative"] == mine.count("negative")
    for topic in watch.topics.values():
        assert POINTS <= len(topic.history) < 2 * POINTS
        assert topic.history == sorted(topic.history, key=lambda point: point.time)


def test_times_that_stand_still_are_no_obstacle() -> None:
    same = ((replace(sentence, time=START), topic, said) for sentence, topic, said in stream(600, seed=3))
    assert watched(Watch(Settings()), same).seen == 600
