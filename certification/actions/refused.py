class Refused(Exception):
    """Nothing was written; `code` says why, `question_id` which other row stands in the way."""

    def __init__(self, code: str, *, question_id: int | None = None, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.question_id = question_id
        self.detail = detail
