"""Which spellings of a number may be one person. Pure."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.contacts.identities import phone_candidates, search_prefixes

DIGITS = st.text("0123456789", min_size=0, max_size=13)
# Numbers that are near the rules: their countries, and digits of about the right length.
NEAR = st.builds(
    lambda prefix, rest: f"+{prefix}{rest}",
    st.sampled_from(["55", "5511", "55119", "52", "521", "54", "549", "5411", "541115", "54915", "542231", "54351"]),
    DIGITS,
)
ABROAD = st.builds(
    lambda code, rest: f"+{code}{rest}",
    st.sampled_from(["1", "20", "44", "51", "53", "56", "91", "966", "971"]),
    DIGITS,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+5511987654321", "+551187654321"),
        ("+5585999887766", "+558599887766"),
        ("+5491123456789", "+541123456789"),
        ("+5491123456789", "+54111523456789"),
        ("+542231234567", "+54223151234567"),
        ("+5492966123456", "+54296615123456"),
        ("+5215512345678", "+525512345678"),
    ],
)
def test_the_spellings_of_one_number_find_each_other(one: str, other: str) -> None:
    assert one in phone_candidates(other)
    assert other in phone_candidates(one)


@pytest.mark.parametrize(
    "landline",
    [
        "+551132654321",  # São Paulo, 8 digits that begin with 3
        "+5511932654321",  # with a nine before it, it is another's mobile
        "+558533332222",
        "+5510987654321",  # no area code
        "+5211234567890",  # a Mexican number does not begin with 1
        "+54812345678",
    ],
)
def test_what_has_one_spelling_is_left_alone(landline: str) -> None:
    assert phone_candidates(landline) == (landline,)


@given(NEAR)
def test_candidates_are_symmetric_and_hold_the_number_given_first(phone: str) -> None:
    found = phone_candidates(phone)
    assert found[0] == phone
    assert len(set(found)) == len(found)
    for other in found:
        assert phone in phone_candidates(other)
        assert other[:3] == phone[:3], "the country is never another"


@given(ABROAD)
def test_numbers_of_other_countries_are_only_themselves(phone: str) -> None:
    assert phone_candidates(phone) == (phone,)


@given(
    st.one_of(
        st.builds(
            lambda country, parent, rest: f"{country}.{parent}{rest}",
            st.sampled_from(["BR", "AR", "MX", "US"]),
            st.sampled_from(["", "ENT."]),
            st.text(string.ascii_letters + string.digits, min_size=1, max_size=40),
        ),
        st.text(max_size=20).filter(lambda text: not text.startswith("+")),
        st.sampled_from(["5511987654321", "+٥٥١١٩٨٧٦٥٤٣٢١", "+55 11 98765-4321", "+5511987654321\n", ""]),
    )
)
def test_a_user_id_and_whatever_is_no_number_never_pass_through(text: str) -> None:
    assert phone_candidates(text) == (text,)


def test_a_user_id_is_searched_as_a_whole_and_a_name_like_it_too() -> None:
    assert search_prefixes("US.1349") == (("us.1349", "us"), ("us.1349", "1349"))
    assert search_prefixes("@noura.a") == (("noura",), ("a",))
