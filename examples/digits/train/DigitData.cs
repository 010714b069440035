using System.Text.Json;
using Fairlead.Training.Files;
using Fairlead.Training.Samples;

namespace Digits.Train;

/// <summary>Ten thousand handwritten digits of MNIST: 28 × 28 pixels from 0 (paper) to 1 (ink), row by row.</summary>
internal static class DigitData
{
    internal const int Side = 28;
    internal const int Pixels = Side * Side;
    internal const int Classes = 10;

    internal static IReadOnlyList<Sample> Read(string examplesFolder) =>
        [.. Enumerable.Range(0, Classes).SelectMany(digit => Read(examplesFolder, digit))];

    private static IEnumerable<Sample> Read(string examplesFolder, int digit)
    {
        var bytes = File.ReadAllBytes(ExamplesFolder.Package(examplesFolder, $"mnist/src/digits/{digit}.json"));
        return Numbers(bytes).Chunk(Pixels).Select(pixels => new Sample(pixels, digit));
    }

    /// <summary>All numbers of the file: it holds one object with one array.</summary>
    private static List<double> Numbers(byte[] json)
    {
        var numbers = new List<double>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number) numbers.Add(reader.GetDouble());
        }

        return numbers;
    }
}
