using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests;

/// <summary>A committed CSV file.</summary>
internal sealed record CsvRows(string[] Header, IReadOnlyList<string[]> Rows)
{
    internal static CsvRows Read(string example, string file)
    {
        var rows = File.ReadLines(Path.Combine(ExamplesFolder.Find(), example, file)).Select(line => line.Split(',')).ToArray();
        return new CsvRows(rows[0], rows[1..]);
    }
}
