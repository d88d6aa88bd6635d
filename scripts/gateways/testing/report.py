"""What was checked of which gateway, and what came of it."""


class Report:
    """Rows of a table; a failure is said at once and counted."""

    def __init__(self):
        self.rows = []
        self.subject = ""

    def check(self, name, holds, detail=""):
        self.rows.append((self.subject, name, bool(holds), str(detail)))
        if not holds:
            print(f"FAILED: {self.subject}: {name}: {detail}", flush=True)

    @property
    def failed(self):
        return sum(not row[2] for row in self.rows)

    def show(self):
        width = max((len(row[1]) for row in self.rows), default=0)
        previous = None
        for subject, name, holds, detail in self.rows:
            if subject != previous:
                print(f"\n{subject}")
                previous = subject
            print(f"  {name:{width}}  {'ok' if holds else 'FAILED':6}  {detail[:60]}".rstrip())
