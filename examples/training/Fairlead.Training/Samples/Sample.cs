namespace Fairlead.Training.Samples;

/// <summary>One row of a data set with the class that it belongs to.</summary>
public sealed record Sample(double[] Values, int Label);
