using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;

namespace Fairlead.Packaging.Dockerfiles;

/// <summary>A Dockerfile that gives the same files and the same configuration as <c>fairlead build</c>.</summary>
internal static class DockerfileText
{
    /// <param name="from"><c>scratch</c>, or a base pinned by its digest.</param>
    /// <param name="folders">Of the build's context, one a layer, in order.</param>
    public static string Write(string from, IReadOnlyList<string> folders, RunConfig run)
    {
        var text = new StringBuilder();
        text.Append("# Written by 'fairlead export dockerfile'. Builds with 'docker build .' and 'buildah bud .'; nothing is downloaded");
        text.Append(from == "scratch" ? ".\n" : " but the base.\n");
        text.Append(CultureInfo.InvariantCulture, $"FROM {from}\n");
        foreach (var folder in folders) text.Append(CultureInfo.InvariantCulture, $"COPY --chown=0:0 {folder}/ /\n");
        foreach (var pair in run.Environment ?? []) text.Append(CultureInfo.InvariantCulture, $"ENV {pair[..pair.IndexOf('=')]}={Quote(pair[(pair.IndexOf('=') + 1)..])}\n");
        foreach (var (name, value) in run.Labels ?? new Dictionary<string, string>()) text.Append(CultureInfo.InvariantCulture, $"LABEL {name}={Quote(value)}\n");
        text.Append(CultureInfo.InvariantCulture, $"USER {run.User}\n");
        text.Append(CultureInfo.InvariantCulture, $"WORKDIR {run.WorkingFolder}\n");
        text.Append(CultureInfo.InvariantCulture, $"EXPOSE {string.Join(' ', run.ExposedPorts!.Keys)}\n");
        text.Append(CultureInfo.InvariantCulture, $"STOPSIGNAL {run.StopSignal}\n");
        text.Append(CultureInfo.InvariantCulture, $"HEALTHCHECK {Health(run.HealthCheck!)}\n");
        text.Append(CultureInfo.InvariantCulture, $"ENTRYPOINT {Words(run.Entrypoint!)}\n");
        return text.ToString();
    }

    private static string Health(HealthCheck check) => string.Create(
        CultureInfo.InvariantCulture,
        $"--interval={Seconds(check.Interval)} --timeout={Seconds(check.Timeout)} --start-period={Seconds(check.StartPeriod)} --retries={check.Retries} CMD {Words(check.Test.Skip(1))}");

    private static string Seconds(long? nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000_000}s");

    // The exec form is a JSON array: no shell reads it, and the image has none.
    private static string Words(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(w => $"\"{JsonEncodedText.Encode(w, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""))}]";

    private static string Quote(string value) => $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal)}\"";
}
