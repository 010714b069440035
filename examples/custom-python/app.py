"""The species of a penguin, served over HTTP with nothing but Python's standard library.

GET /healthz   200 when requests are welcome, 503 from SIGTERM on
POST /predict  {"penguins": [{"bill_length_mm": 39.1, ...}]} -> {"predictions": [{"species": "Adelie", ...}]}
"""

import json
import math
import os
import pathlib
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 1 << 20
MAX_DISCARDED = 16 << 20
MODEL_FILE = pathlib.Path(__file__).with_name("model.json")


class BadRequest(Exception):
    """What the caller did wrong, with the status that says so."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


class Model:
    """Softmax regression; the penguins example's trainer writes its numbers."""

    def __init__(self, path):
        content = json.loads(path.read_text(encoding="utf-8"))
        self.species = content["species"]
        self.features = content["features"]
        self.bias = content["bias"]

    def predict(self, penguin):
        values = [self._standardised(feature, penguin) for feature in self.features]
        scores = [
            bias + sum(value * feature["weights"][i] for value, feature in zip(values, self.features))
            for i, bias in enumerate(self.bias)
        ]
        if not all(math.isfinite(score) for score in scores):
            raise BadRequest("the measurements are out of range")
        largest = max(scores)
        powers = [math.exp(score - largest) for score in scores]
        probabilities = [power / sum(powers) for power in powers]
        best = probabilities.index(max(probabilities))
        return {"species": self.species[best], "probabilities": dict(zip(self.species, probabilities))}

    @staticmethod
    def _standardised(feature, penguin):
        value = penguin.get(feature["name"])
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadRequest(f"'{feature['name']}' must be a number")
        try:
            value = float(value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise BadRequest(f"'{feature['name']}' must be a finite number")
        return (value - feature["mean"]) / feature["deviation"]


class Requests:
    """Counts the requests being answered, so that the program can end when there are none."""

    def __init__(self):
        self._idle = threading.Condition()
        self._count = 0

    def __enter__(self):
        with self._idle:
            self._count += 1

    def __exit__(self, *_):
        with self._idle:
            self._count -= 1
            self._idle.notify_all()

    def wait_until_none(self, seconds):
        with self._idle:
            return self._idle.wait_for(lambda: self._count == 0, seconds)


class Service(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, address, model):
        super().__init__(address, Handler)
        self.model = model
        self.requests = Requests()
        self.draining = threading.Event()

    def handle_error(self, request, client_address):
        log("warning", f"A request from {client_address[0]} ended early: {sys.exc_info()[1]!r}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    timeout = 300  # longer than the gateway keeps an idle connection, so that it is never the one surprised

    def do_GET(self):
        with self.server.requests:
            self._answer()
            self.wfile.flush()

    do_POST = do_GET

    def handle_expect_100(self):
        wanted = super().handle_expect_100()
        self.wfile.flush()  # the caller sends its body only after this line
        return wanted

    def _answer(self):
        try:
            body = self._body()
            status, answer = self._route(body)
        except BadRequest as problem:
            status, answer = problem.status, {"error": str(problem)}
        content = json.dumps(answer).encode()
        if self.server.draining.is_set():
            self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _body(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit() and len(length) < 16):
            self.close_connection = True
            raise BadRequest("a body needs a Content-Length", 411)
        if int(length) > MAX_BODY:
            self._discard(int(length))
            raise BadRequest(f"a body may have {MAX_BODY} bytes", 413)
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            raise BadRequest("the body ended early")
        return body

    def _discard(self, length):
        # A caller that is still sending does not read: cut off at once, it would see a reset and no 413.
        left = min(length, MAX_DISCARDED)
        while left > 0 and (part := self.rfile.read(min(left, 1 << 16))):
            left -= len(part)
        self.close_connection = True

    def _route(self, body):
        path = self.path.partition("?")[0]
        if path == "/healthz" and self.command == "GET":
            return (503, {"error": "shutting down"}) if self.server.draining.is_set() else (200, {"status": "ready"})
        if path == "/predict" and self.command == "POST":
            return 200, {"predictions": [self.server.model.predict(penguin) for penguin in parse(body)]}
        if path in ("/healthz", "/predict"):
            return 405, {"error": f"{path} does not take {self.command}"}
        return 404, {"error": f"there is no {path}"}

    def log_message(self, format, *args):
        log("debug", format % args)


def parse(body):
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    penguins = content.get("penguins") if isinstance(content, dict) else None
    if not isinstance(penguins, list) or not all(isinstance(penguin, dict) for penguin in penguins):
        raise BadRequest("'penguins' must be a list of objects")
    return penguins


def log(level, message):
    levels = ["debug", "information", "warning", "error"]
    wanted = os.environ.get("LOG_LEVEL", "information")
    if levels.index(level) >= levels.index(wanted if wanted in levels else "information"):
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        print(json.dumps({"time": f"{now}Z", "level": level, "message": message}), flush=True)


def drain(service, seconds):
    """Not ready, yet still answering, until nothing is in flight; then no new connections."""
    service.draining.set()
    log("information", "Stopping: finishing what is in flight.")
    finished = service.requests.wait_until_none(seconds)
    service.shutdown()
    finished = service.requests.wait_until_none(1) and finished
    log("information" if finished else "warning", "Stopped." if finished else f"Stopped with requests unfinished after {seconds:g} s.")
    return 0 if finished else 1


def main():
    port = int(os.environ.get("PORT", "8000"))
    service = Service((os.environ.get("HOST", "127.0.0.1"), port), Model(MODEL_FILE))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=service.serve_forever, daemon=True).start()
    log("information", f"Listening on port {service.server_address[1]}.")
    stop.wait()
    return drain(service, float(os.environ.get("DRAIN_SECONDS", "10")))


if __name__ == "__main__":
    sys.exit(main())
