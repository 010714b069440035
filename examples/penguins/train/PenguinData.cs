using System.Text.Json;
using Fairlead.Training.Files;
using Fairlead.Training.Samples;

namespace Penguins.Train;

/// <summary>Palmer penguins: four measurements and the species.</summary>
internal static class PenguinData
{
    internal static readonly string[] Species = ["Adelie", "Chinstrap", "Gentoo"];

    /// <summary>The model's inputs, and the data set's names for them.</summary>
    internal static readonly (string Input, string Column)[] Features =
    [
        ("bill_length_mm", "Beak Length (mm)"),
        ("bill_depth_mm", "Beak Depth (mm)"),
        ("flipper_length_mm", "Flipper Length (mm)"),
        ("body_mass_g", "Body Mass (g)"),
    ];

    /// <summary>All penguins that were measured; the two whose measurements are missing are left out.</summary>
    internal static IReadOnlyList<Sample> Read(string examplesFolder)
    {
        using var file = File.OpenRead(ExamplesFolder.Package(examplesFolder, "vega-datasets/data/penguins.json"));
        using var document = JsonDocument.Parse(file);
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(row => Features.All(f => row.GetProperty(f.Column).ValueKind == JsonValueKind.Number))
                .Select(row => new Sample(
                    [.. Features.Select(f => row.GetProperty(f.Column).GetDouble())],
                    Array.IndexOf(Species, row.GetProperty("Species").GetString()))),
        ];
    }
}
