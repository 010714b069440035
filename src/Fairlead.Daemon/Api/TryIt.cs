using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Control.Fleet;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Models;

namespace Fairlead.Daemon.Api;

/// <summary>A <c>curl</c> line that gets a right answer: the first golden request of the content, for a POSIX shell.</summary>
internal static class TryIt
{
    // Longer lines are no use to a person.
    private const int LongestBody = 4096;

    // Content never changes, so what was found in it is kept.
    private static readonly ConcurrentDictionary<Digest, string> Bodies = new();

    public static string? Line(FairleadHome home, DeploymentRecord record, string address)
    {
        if (record.Current.Manifest.Model.File is null) return $"curl -s http://{address}/services/{record.Name}{record.Current.Manifest.Serve.Health ?? "/"}";
        if (record.Current.Content is not { } content) return null;
        if (!Bodies.TryGetValue(content, out var body))
        {
            if (Body(home.ContentOf(content)) is not { } read) return null;
            Bodies[content] = body = read;
        }

        return $"curl -s http://{address}/v2/models/{record.Name}/infer -d {Quoted(body)}";
    }

    /// <summary>In single quotes nothing is special but the quote itself.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    internal static string? Body(string folder)
    {
        try
        {
            var descriptor = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, ModelDescriptor.FileName)), ModelJson.Default.ModelDescriptor);
            if (descriptor?.Golden is null) return null;
            using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, descriptor.Golden)));
            var request = golden.RootElement.GetProperty("cases")[0].GetProperty("request");
            using var text = new MemoryStream();
            using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) request.WriteTo(writer);
            return text.Length > LongestBody ? null : Encoding.UTF8.GetString(text.ToArray());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Without a golden file that can be read there is no line to show; the replica tells what is wrong with it.
            return null;
        }
    }
}
