"""What the database refuses."""

from onshi.kernel import OnshiError


class DatabaseBusy(OnshiError):
    """Other writers got in the way more often than we retry."""

    code = "database-busy"
    message = "The database was busy and the work was not done. Nothing was changed; try again."
    message_ja = "データベースが混み合っており、処理を行いませんでした。変更はありません。もう一度お試しください。"


class SchemaTooNew(OnshiError):
    """The database was written by a newer onshi."""

    code = "schema-too-new"
    message = "The database is at migration {found}, this onshi knows up to {known}. Use the newer onshi."
    message_ja = "データベースは移行番号{found}まで進んでいますが、この版は{known}までです。新しい版を使ってください。"
