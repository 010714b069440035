using System.Text;

namespace Fairlead.Training.Files;

/// <summary>Comma-separated rows under a header. No value needs quotes: numbers and plain words.</summary>
public static class CsvText
{
    public static byte[] Write(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(header)) text.AppendJoin(',', row).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The shortest text that reads back as the same number.</summary>
    public static string Number(double value) => value.ToString("R");
}
