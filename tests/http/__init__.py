"""The kernel's HTTP mechanics, over ASGI and on real sockets."""  # noqa: A005  # it mirrors kernel/http
