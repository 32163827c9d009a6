"""Draw and evaluate the loss functions of machine learning."""

__version__ = "0.1.0"
