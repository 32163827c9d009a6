"""The table of the names that other libraries give to losses: a file of rows for each kind of library."""

from losscli.names.table import boosting, keras, on_torch, optax, scientific, statistics, torch

TABLE = (
    *torch.ROWS,
    *keras.ROWS,
    *optax.ROWS,
    *scientific.ROWS,
    *boosting.ROWS,
    *statistics.ROWS,
    *on_torch.ROWS,
)
