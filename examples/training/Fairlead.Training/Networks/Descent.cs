namespace Fairlead.Training.Networks;

/// <param name="Rate">How far a step goes along the gradient.</param>
/// <param name="Momentum">The share of the last step that is kept, in [0, 1).</param>
/// <param name="Decay">Pull towards zero (L2), per unit of rate.</param>
public sealed record Descent(double Rate, double Momentum, double Decay);
