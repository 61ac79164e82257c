"""Which names say that what they name is a secret."""

from __future__ import annotations

import pytest

from hoopoe.kernel.secret_names import is_secret


@pytest.mark.parametrize(
    "name",
    [
        "token", "access_token", "X-Api-Key", "apikey", "password", "client_secret", "Authorization", "OTP", "pwd",
        "otp_code", "user_otp", "otpCode", "userOTP", "OTPCode", "totp", "pin", "pin_code", "pinCode", "pincode",
        "card-pin", "PIN2", "passcode", "pass_phrase", "cvv", "card_cvv", "CVV2", "cvc", "x-auth-key", "userauth",
        "oauth2", "auth", "sig", "Set-Cookie", "private_key", "{{ order.otp_code }}", "كلمة المرور", "الرقم السري",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "author", "co_author", "name", "order_number", "passenger", "opinion", "key", "shipping", "spin", "pinned",
        "option", "desktop_help", "signed_up", "compass", "boarding_pass", "ping", "الرقم", "كلمة",
    ],
)  # fmt: skip
def test_names_of_other_things(name: str) -> None:
    assert not is_secret(name)
