"""The judge on doctored logs: it is silent about what is right, and names what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.chaos.judge import NO_NUMBER, Answer, Change, Disorder, Fate, Key, Post, Takeover, Unsent, Verdict, judge

LINE, SAMI, MONA = "106500000000001", "966550000001", "966550000002"


def keys(customer: str = SAMI, *, count: int = 4) -> list[Key]:
    return [Key(LINE, customer, number) for number in range(count)]


def post_all(wanted: Sequence[Key]) -> list[Post]:
    """Each message posted a second after the one before, and acknowledged a tenth later."""
    return [Post(key, float(place), place + 0.1) for place, key in enumerate(wanted)]


def answer_all(wanted: Sequence[Key]) -> list[Answer]:
    return [Answer(key, f"{key.customer}-{key.number}") for key in wanted]


def judge_right(**changes: object) -> Verdict:
    given: dict[str, object] = {"posts": post_all(keys()), "answers": answer_all(keys())} | changes
    return judge(**given)


def test_what_is_right_is_right() -> None:
    verdict = judge_right()
    assert verdict.is_kept
    assert (verdict.posts, verdict.acknowledged, verdict.accepted) == (4, 4, 4)


def test_an_answer_that_never_came_is_lost() -> None:
    verdict = judge_right(answers=answer_all(keys()[:2] + keys()[3:]))
    assert list(verdict.lost) == [Key(LINE, SAMI, 2)]
    assert not verdict.is_kept


def test_what_was_never_acknowledged_is_not_lost() -> None:
    posts = [*post_all(keys(count=3)), Post(Key(LINE, SAMI, 3), 3.0, None)]
    assert judge_right(posts=posts, answers=answer_all(keys(count=3))).is_kept


def test_an_answer_to_what_was_never_acknowledged_is_no_fault() -> None:
    """Its 200 was lost on the way, perhaps, and the provider gave up."""
    posts = [*post_all(keys(count=3)), Post(Key(LINE, SAMI, 3), 3.0, None)]
    assert judge_right(posts=posts).is_kept


def test_an_unsent_answer_counts_where_a_person_sees_why() -> None:
    answers = answer_all(keys(count=3))
    seen = Unsent(Key(LINE, SAMI, 3), Fate.DEAD, "The 24-hour window closed.")
    verdict = judge_right(answers=answers, unsent=[seen])
    assert verdict.is_kept
    assert verdict.fates == {Fate.DEAD: 1}
    assert list(judge_right(answers=answers, unsent=[replace(seen, reason="")]).lost) == [seen.key]


def test_a_message_that_was_answered_twice_is_doubled() -> None:
    answers = [*answer_all(keys()), Answer(Key(LINE, SAMI, 1), "another message of ours")]
    verdict = judge_right(answers=answers)
    assert list(verdict.doubled) == [Key(LINE, SAMI, 1)]
    assert not verdict.is_kept


def test_an_id_that_was_accepted_twice_is_doubled_whatever_it_says() -> None:
    answers = answer_all(keys())
    answers[3] = replace(answers[3], message_id=answers[2].message_id)
    assert list(judge_right(answers=answers).doubled) == keys()[2:]


def test_an_answer_that_overtook_an_earlier_one_is_out_of_order() -> None:
    answers = answer_all(keys())
    answers[1], answers[2] = answers[2], answers[1]
    verdict = judge_right(answers=answers)
    assert list(verdict.out_of_order) == [Disorder(LINE, SAMI, early=2, late=1)]
    assert not verdict.is_kept


def test_an_answer_that_overtook_several_is_named_with_each() -> None:
    answers = [answer_all(keys())[3], *answer_all(keys())[:3]]
    assert [each.late for each in judge_right(answers=answers).out_of_order] == [0, 1, 2]


def test_what_was_posted_before_the_other_was_acknowledged_may_come_in_either_order() -> None:
    posts = [Post(key, 0.0, 1.0) for key in keys()]
    assert judge_right(posts=posts, answers=answer_all(keys()[::-1])).is_kept


def test_the_first_post_and_the_first_200_count() -> None:
    """A copy that is posted late makes nothing late."""
    again = [Post(key, 9.0, 9.1) for key in keys()]
    answers = answer_all(keys())
    answers[1], answers[2] = answers[2], answers[1]
    assert judge_right(posts=again + post_all(keys()), answers=answers).out_of_order
    assert judge_right(posts=again + post_all(keys())).is_kept


def test_conversations_are_judged_apart() -> None:
    posts = post_all([*keys(SAMI), *keys(MONA)])
    assert judge_right(posts=posts, answers=[*answer_all(keys(MONA)), *answer_all(keys(SAMI))]).is_kept


def test_what_gave_up_and_was_tried_again_has_no_place_in_the_order() -> None:
    answers = [*answer_all(keys()[1:]), *answer_all(keys()[:1])]
    assert judge_right(answers=answers).out_of_order
    assert judge_right(answers=answers, out_of_line={keys()[0]}).is_kept


def test_what_the_owner_took_counts_where_the_provider_told_of_the_owner() -> None:
    answers = answer_all(keys(count=3))
    seen = Unsent(Key(LINE, SAMI, 3), Fate.WITH_PEOPLE, "The owner wrote on the phone.")
    assert list(judge_right(answers=answers, unsent=[seen]).lost) == [seen.key]
    verdict = judge_right(answers=answers, unsent=[seen], takeovers=[Takeover(LINE, SAMI, 2.5, 2.6)])
    assert verdict.is_kept
    assert verdict.fates == {Fate.WITH_PEOPLE: 1}


def test_a_bot_that_speaks_after_the_owner_is_uncalled() -> None:
    """What was posted before we knew of the owner may be answered."""
    verdict = judge_right(takeovers=[Takeover(LINE, SAMI, 1.8, 2.05)])
    assert list(verdict.uncalled) == [Key(LINE, SAMI, 3)]
    assert not verdict.is_kept
    assert judge_right(takeovers=[Takeover(LINE, SAMI, 1.8, None)]).is_kept
    assert judge_right(takeovers=[Takeover(LINE, MONA, 1.8, 2.05)]).is_kept


def test_an_answer_to_nothing_that_was_written_is_uncalled() -> None:
    stray = Answer(Key(LINE, SAMI, NO_NUMBER), "an answer to a reaction")
    assert list(judge_right(answers=[*answer_all(keys()), stray]).uncalled) == [stray.key]


def test_a_change_that_its_message_does_not_show_is_lost() -> None:
    change = Change(LINE, SAMI, "wamid.1", "edit", "#1# again")
    assert judge_right(changes={change}, shown={change}).is_kept
    verdict = judge_right(changes={change}, shown={change._replace(value="#1#")})
    assert (list(verdict.lost_changes), verdict.losses) == ([change], 1)
    assert not verdict.is_kept
