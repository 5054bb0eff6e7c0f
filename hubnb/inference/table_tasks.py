"""Tasks that read tables."""

from __future__ import annotations

from typing import Any

from .asking import Asking
from .calls import TaskCall, first_of
from .results.text import Padding, TableQuestionAnsweringOutputElement


class TableTasks(Asking):
    """Answer from a table, and predict for its rows."""

    def table_question_answering(
        self,
        table: dict[str, Any],
        query: str,
        *,
        model: str | None = None,
        padding: Padding | None = None,
        sequential: bool | None = None,
        truncation: bool | None = None,
    ) -> TableQuestionAnsweringOutputElement:
        """Find the cells of a table that answer a question.

        Parameters
        ----------
        table
            Columns by name, each a list of texts of the same length.

        Examples
        --------
        >>> client.table_question_answering({"City": ["Oslo", "Rome"], "People": ["0.7", "2.8"]}, "Who is larger?")
        TableQuestionAnsweringOutputElement(answer='Rome', ...)
        """
        parameters = {"padding": padding, "sequential": sequential, "truncation": truncation}
        inputs = {"query": query, "table": table}
        answer = self.ask(TaskCall("table-question-answering", inputs, parameters), model)
        return TableQuestionAnsweringOutputElement.parse_obj_as_instance(first_of(answer))

    def tabular_classification(self, table: dict[str, Any], *, model: str | None = None) -> list[str]:
        """Predict a class for each row of a table.

        Parameters
        ----------
        table
            Columns by name, each a list of values of the same length.
        """
        return self.ask(TaskCall("tabular-classification", extra={"table": table}), model)

    def tabular_regression(self, table: dict[str, Any], *, model: str | None = None) -> list[float]:
        """Predict a number for each row of a table; see `tabular_classification`."""
        return self.ask(TaskCall("tabular-regression", extra={"table": table}), model)
