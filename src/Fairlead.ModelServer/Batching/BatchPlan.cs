using Fairlead.ModelServer.Loading;

namespace Fairlead.ModelServer.Batching;

/// <summary>How requests for a model are run together.</summary>
/// <param name="MaxRows">The most rows in one run.</param>
/// <param name="MaxDelay">The longest the first of a batch waits for others while a run is free.</param>
/// <param name="MaxBytes">The most input bytes in one run of several requests: no more than one request may have.</param>
internal sealed record BatchPlan(int MaxRows, TimeSpan MaxDelay, long MaxBytes)
{
    public const int UsualRows = 32;

    /// <summary>Why the model's signature does not allow batches, in plain words; null when it does.</summary>
    public static string? Obstacle(ModelSignature model)
    {
        if (model.Inputs.Count == 0) return "it has no input";
        foreach (var tensor in model.Inputs.Concat(model.Outputs))
        {
            if (tensor.Shape.Count == 0 || tensor.Shape[0] >= 0) return $"the first size of '{tensor.Name}' is not free";
        }

        // Two names are two sizes: a batch and a sequence, say.
        var names = model.Inputs.Select(i => i.DimensionNames[0]).Where(n => !string.IsNullOrEmpty(n)).Distinct().ToArray();
        return names.Length > 1 ? $"the first sizes of its inputs are different ones ({string.Join(", ", names)})" : null;
    }
}
