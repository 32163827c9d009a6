"""Names that users may type but that no loss of the catalogue stands for, with the reason."""

REFUSALS = {
    "sklearn.linear_model.HuberRegressor": "it minimises sigma + 2 huber(r / sigma) sigma over sigma too; see huber",
    "sklearn.ensemble.GradientBoostingRegressor:huber": "its alpha is a quantile of |r|, not delta; see huber",
    "{keras.losses. tf.keras.losses.}{CategoricalHinge categorical_hinge}": (
        "it takes the maximum over a vector that contains a 0; see crammer-singer"
    ),
    "catboost:RMSE xgboost:{rmse rmsle} lightgbm:metric:{l2_root root_mean_squared_error rmse}": (
        "the root is taken over all examples; see l2 and squared-log-error"
    ),
    "sklearn.metrics.zero_one_loss": "it compares labels that are already decided; see zero-one and misclassification",
    "kornia.losses.{dice_loss DiceLoss tversky_loss TverskyLoss}": (
        "it takes the softmax of several classes at each pixel; see sigmoid-dice and sigmoid-tversky"
    ),
    "scipy.special.entr": "it is the entropy of one number, and compares nothing; see relative-entropy",
    "scipy.spatial.distance.jensenshannon": "it is the square root of a sum over classes; see jensen-shannon",
}
