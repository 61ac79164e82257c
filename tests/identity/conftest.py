"""The API's fixtures."""

from tests.support.api import api
from tests.support.mails import postman

__all__ = ["api", "postman"]
