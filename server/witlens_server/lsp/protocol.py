"""pygls's protocol, with the parts replaced that would reach the user as faults.

They are, as seen in pygls 2.1.1:

* Malformed parameters were logged and the request never answered; here the answer is InvalidParams.
* Requests after `shutdown` were dropped; here the answer is InvalidRequest. Before `initialize` it is
  ServerNotInitialized, for text that is no JSON ParseError.
* Only coroutines could be cancelled; here each request has a cancel token, is answered as soon as it is cancelled, and
  never starts if it had not.
* Handlers ran on the event loop or in the pool that also reads the input; here they run where `scheduler` says.
* Exceptions were answered with their traceback; here with one line.
* Any object in a message that had a member "jsonrpc" was taken for a message of its own.

What stays of pygls: the message types of every method, the typed methods that send to the client, work-done progress.
The documents of pygls are not used at all; see `document`.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, cast

from cattrs import transform_error
from cattrs.errors import BaseValidationError
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from witlens_server.lsp.scheduler import CancelToken

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from witlens_server.lsp.server import WitlensServer

MessageId = int | str
_VERSION = "2.0"


class Plain(dict[str, Any]):
    """A result in plain values already: long lists are answered sooner without a detour through protocol objects."""


class RequestError(Exception):
    """Raised by a handler to answer with an error of the protocol."""

    def __init__(self, code: types.ErrorCodes | types.LSPErrorCodes, message: str) -> None:
        super().__init__(message)
        self.code = int(code)


class Request:
    """A request of the client on its way to an answer, of which it gets exactly one."""

    def __init__(self, protocol: WitlensProtocol, message_id: MessageId, method: str) -> None:
        self.id = message_id
        self.method = method
        self.token = CancelToken()
        self._protocol = protocol
        self._lock = threading.Lock()
        self._answered = False

    def answer(self, result: object) -> None:
        """Answers with a result, None included."""
        if self._first_answer():
            self._protocol.send({"id": self.id, "result": self._protocol.plain(result)})

    def fail(self, code: int, message: str) -> None:
        """Answers with an error."""
        if self._first_answer():
            self._protocol.send({"id": self.id, "error": {"code": code, "message": message}})

    def cancel(self) -> None:
        """Answers that the request is cancelled, and tells its job so. Does not block."""
        if self._first_answer():
            self._protocol.post_error(self.id, types.LSPErrorCodes.RequestCancelled, "cancelled")
            self.token.cancel()

    def _first_answer(self) -> bool:
        with self._lock:
            first, self._answered = not self._answered, True
        if first:
            self._protocol.forget(self)
        return first


class WitlensProtocol(LanguageServerProtocol):
    """One client's messages: read, checked and handed on; answered; and sent."""

    _server: WitlensServer

    def __init__(self, server: WitlensServer, converter: Any) -> None:
        super().__init__(server, converter)
        self._requests: dict[MessageId, Request] = {}
        self._initialize_came = False
        self._shutdown_came = False

    def _register_builtin_features(self) -> None:
        """Keeps out pygls's own handlers, with their documents."""

    @property
    def shutdown_came(self) -> bool:
        """Whether the client asked for shutdown."""
        return self._shutdown_came

    # Incoming, all in the reader's thread: nothing here may block.

    def receive(self, body: bytes) -> None:
        """Takes the body of one message."""
        try:
            message = json.loads(body.decode())
        except (ValueError, RecursionError):
            self.post_error(None, types.ErrorCodes.ParseError, "the message is not JSON in UTF-8")
            return
        if not isinstance(message, dict):
            self.post_error(None, types.ErrorCodes.InvalidRequest, "the message is not an object")
            return
        method = message.get("method")
        if method is None and ("result" in message or "error" in message):
            self._receive_response(message)
        elif "id" in message:
            self._receive_request(message["id"], method, message)
        elif isinstance(method, str):
            self._receive_notification(method, message.get("params"))

    def _receive_request(self, message_id: object, method: object, message: dict[str, Any]) -> None:
        if not isinstance(message_id, (int, str)) or isinstance(message_id, bool):
            self.post_error(None, types.ErrorCodes.InvalidRequest, "the id is neither a number nor a string")
            return
        refusal = self._refusal(method, message)
        if refusal is not None:
            self.post_error(message_id, refusal.code, str(refusal))
            return
        method = cast("str", method)
        try:
            params = self._params(method, message.get("params"))
        except RequestError as error:
            self.post_error(message_id, error.code, str(error))
            return
        if method == types.INITIALIZE:
            self._initialize_came = True
        elif method == types.SHUTDOWN:
            self._shutdown_came = True
        request = Request(self, message_id, method)
        self._requests[message_id] = request
        self._server.run_request(request, params)

    def _refusal(self, method: object, message: dict[str, Any]) -> RequestError | None:
        """Why a request is not taken on, if so."""
        code = types.ErrorCodes
        if message.get("jsonrpc") != _VERSION:
            return RequestError(code.InvalidRequest, 'the member "jsonrpc" is not "2.0"')
        if not isinstance(method, str):
            return RequestError(code.InvalidRequest, "the request names no method")
        if self._shutdown_came:
            return RequestError(code.InvalidRequest, f"{method} came after shutdown")
        if method == types.INITIALIZE and self._initialize_came:
            return RequestError(code.InvalidRequest, "initialize came twice")
        if method != types.INITIALIZE and not self._initialize_came:
            return RequestError(code.ServerNotInitialized, f"{method} came before initialize")
        if not self._server.answers(method):
            return RequestError(code.MethodNotFound, f"unknown method {method}")
        return None

    def _receive_notification(self, method: str, params: object) -> None:
        if method == types.EXIT:
            self._server.leave()
        elif method == types.CANCEL_REQUEST:
            if isinstance(params, dict) and isinstance(cancelled := params.get("id"), (int, str)):
                request = self._requests.get(cancelled)
                if request is not None and request.method not in (types.INITIALIZE, types.SHUTDOWN):
                    request.cancel()
        elif self._initialize_came and not self._shutdown_came and self._server.answers(method):
            try:
                self._server.run_notification(method, self._params(method, params))
            except RequestError as error:
                self._server.log(types.MessageType.Error, f"{method} was ignored: {error}", post=True)

    def _receive_response(self, message: dict[str, Any]) -> None:
        """Gives an answer of the client to the one that asked; see `ask`."""
        asked = str(message.get("id"))
        future: Future[Any] | None = self._request_futures.pop(asked, None)
        result_type = self._result_types.pop(asked, None)
        if future is None:
            return
        try:
            if (error := message.get("error")) is not None:
                said = error.get("message") if isinstance(error, dict) else error
                raise JsonRpcException(str(said))
            result = self._converter.structure(message, result_type).result if result_type else message.get("result")
        except Exception as error:  # the client's mistake, and the asker's to deal with
            future.set_exception(error)
        else:
            future.set_result(result)

    def _params(self, method: str, params: object) -> Any:
        """The parameters in the method's type; as they came for methods that the protocol does not know."""
        params_type: Any = types.METHOD_TO_TYPES[method][2] if method in types.METHOD_TO_TYPES else None
        if params_type is None:
            return params
        try:
            return self._converter.structure({} if params is None else params, params_type)
        except BaseValidationError as error:
            reasons = "; ".join(transform_error(error, "params"))
        except Exception as error:
            reasons = str(error) or type(error).__name__
        reasons = " ".join(reasons.split())
        raise RequestError(types.ErrorCodes.InvalidParams, f"wrong parameters: {reasons[:500]}") from None

    # Outgoing, from any thread but the reader's, except where it says `post`.

    def ask(self, method: str, params: object, then: Callable[[Any], None] | None = None) -> None:
        """Sends a request to the client; `then` gets the result on the analysis thread, and nothing if it failed."""
        future = self.send_request(method, params)

        def pass_on(done: Future[Any]) -> None:
            if then is not None and done.exception() is None:
                self._server.on_analysis(lambda: then(done.result()))

        future.add_done_callback(pass_on)

    def send(self, message: dict[str, Any]) -> None:
        """Sends one message of plain values."""
        self._server.outbox.send(_encoded(message))

    def post_error(self, message_id: MessageId | None, code: int, message: str) -> None:
        """Answers with an error without waiting for a slow client."""
        self.post({"id": message_id, "error": {"code": int(code), "message": message}})

    def post(self, message: dict[str, Any]) -> None:
        """Sends one message of plain values without waiting for a slow client."""
        self._server.outbox.post(_encoded(message))

    def plain(self, value: object) -> Any:
        """The plain values that stand for protocol objects in JSON."""
        return value if isinstance(value, Plain) else self._converter.unstructure(value)

    def forget(self, request: Request) -> None:
        """Drops an answered request from those that can be cancelled."""
        if self._requests.get(request.id) is request:
            del self._requests[request.id]

    def cancel_all(self) -> None:
        """Cancels every request, because nobody is there for the answers."""
        for request in list(self._requests.values()):
            request.token.cancel()

    def _send_data(self, data: Any) -> None:
        """Sends what pygls's `notify` and `send_request` have put together."""
        self.send(self.plain(data))


def _encoded(message: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": _VERSION, **message}, separators=(",", ":")).encode("ascii")
