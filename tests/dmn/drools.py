"""Drools, which judges exported models as the standard reads them: a server of its own, on a port of this machine."""

import json
import re
import subprocess
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from advisor.engine.model.vocabulary import Side
from tests.dmn.engine import Evaluation, decision_of

_PROGRAM = "@kie-tools/jitexecutor-native/dist/linux/jitexecutor"
_SECONDS = 300


class Drools:
    """The server, for Linux on x86-64. It reads the model anew for every request, which takes longer than to decide."""

    def __init__(self, modules: Path) -> None:
        self._program = modules / _PROGRAM

    def __enter__(self) -> Self:
        self._program.chmod(0o755)
        command = [str(self._program), "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        said = next((line for line in self._process.stdout if "Listening on" in line), "")
        assert said, "Drools did not start"
        self._port = urlsplit(said.split("Listening on:")[1].strip()).port
        self._reader = Thread(target=self._process.stdout.read)  # so that it never waits for one
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._process:  # it is waited for, and what it says closed
            self._process.terminate()
            self._reader.join()

    def complaints(self, model: bytes) -> list[str]:
        """What the validator finds: all but words on tables with which nothing is wrong."""
        found = self._post("/jitdmn/validate", model, "application/xml")
        return [message["message"] for message in found if message["severity"] != "INFO"]

    def evaluate(self, model: bytes, answers: Sequence[dict[str, Any]]) -> Evaluation:
        """Evaluate a model on sets of answers in one request, by a service that is added to it."""
        found = self.raw(_with_service(model), {"answers": {}, "sets": answers})
        return Evaluation(_messages(found), [decision_of(it) for it in found["dmnContext"].get("all") or [] if it])

    def evaluated_alone(self, model: bytes, context: dict[str, Any]) -> Evaluation:
        """Evaluate a model just as it is on one set of inputs."""
        found = self.raw(model.decode(), context)
        results = [found["dmnContext"]] if "recommendation" in found["dmnContext"] else []
        return Evaluation(_messages(found), [decision_of(result) for result in results])

    def raw(self, model: str, context: dict[str, Any]) -> Any:
        """All that it says."""
        body = json.dumps({"model": model, "context": context}).encode()
        return self._post("/jitdmn/dmnresult", body, "application/json")

    def _post(self, path: str, body: bytes, media_type: str) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": media_type})
            return json.load(connection.getresponse())
        finally:
            connection.close()


def _messages(found: dict[str, Any]) -> list[str]:
    return [message["message"] for message in found["messages"]]


def _with_service(model: bytes) -> str:
    """The model, and beside it a service that decides by it for each of many sets of answers."""
    text = model.decode()
    decisions = re.findall(r'<decision id="(\w+)\.decision"', text)
    given = [name for name in ("recommendation", "matched_rules", *Side) if name in decisions]
    hidden = [name for name in decisions if name not in given]
    added = f"""
      <inputData id="sets.input" name="sets"><variable id="sets.variable" name="sets" typeRef="Any"/></inputData>
      <decision id="all.decision" name="all">
        <variable id="all.variable" name="all" typeRef="Any"/>
        <informationRequirement id="all.needs"><requiredInput href="#sets.input"/></informationRequirement>
        <knowledgeRequirement id="all.asks"><requiredKnowledge href="#decide.service"/></knowledgeRequirement>
        <literalExpression id="all.expression"><text>for it in sets return decide(it)</text></literalExpression>
      </decision>
      <decisionService id="decide.service" name="decide">
        <variable id="decide.variable" name="decide" typeRef="Any"/>
        {"".join(f'<outputDecision href="#{name}.decision"/>' for name in given)}
        {"".join(f'<encapsulatedDecision href="#{name}.decision"/>' for name in hidden)}
        <inputData href="#answers.input"/>
      </decisionService>
    """
    return text.replace("<dmndi:DMNDI>", f"{added}<dmndi:DMNDI>", 1)
