using System.Net;
using System.Text.Json;

namespace Fairlead.Oci.Registries.Transport;

/// <summary>Tells what failed on the way, and what may go well the next time.</summary>
internal static class Failures
{
    private static readonly TimeSpan HeaderLimit = TimeSpan.FromMinutes(2);
    private const int LongestReason = 300;

    /// <returns>An answer other than "try again".</returns>
    /// <exception cref="RegistryException">There was no answer; transient where it may come the next time.</exception>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, string registry, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // With a body the time is the network's; whoever sends one watches that it moves.
        if (request.Content is null) limit.CancelAfter(HeaderLimit);
        try
        {
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!IsTransient(response.StatusCode)) return response;
            using (response)
            {
                var reason = await ReasonOfAsync(response, cancellationToken);
                throw new TransientException(RegistryProblems.Unavailable(registry, reason), RetryAfter(response));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(RegistryProblems.Unavailable(registry, "it does not answer"), null);
        }
        catch (HttpRequestException e)
        {
            throw Translate(e, registry);
        }
        catch (IOException e)
        {
            throw new TransientException(RegistryProblems.Unavailable(registry, e.Message), null);
        }
    }

    public static RegistryException Translate(HttpRequestException e, string registry) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new RegistryException(RegistryProblems.NoSuchHost(registry)),
        HttpRequestError.SecureConnectionError => new RegistryException(RegistryProblems.TlsFailed(registry, (e.InnerException ?? e).Message)),
        _ => new TransientException(RegistryProblems.Unavailable(registry, Innermost(e)), null),
    };

    /// <summary>The registry's own words (distribution spec, "Error Codes"), or the status alone.</summary>
    public static async Task<string> ReasonOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = $"it answered {(int)response.StatusCode}";
        try
        {
            if (response.Content.Headers.ContentLength is > 64 << 10) return status;
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var error = document.RootElement.GetProperty("errors")[0];
            var words = $"{status} {error.GetProperty("code").GetString()}: {(error.TryGetProperty("message", out var message) ? message.GetString() : "")}";
            var clean = string.Concat(words.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd(' ', ':', '.');
            return clean.Length <= LongestReason ? clean : clean[..LongestReason];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or HttpRequestException or IOException)
        {
            return status;
        }
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || ((int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported or HttpStatusCode.InsufficientStorage));

    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        if (asked?.Delta is { } delta) return delta;
        return asked?.Date is { } date && response.Headers.Date is { } now ? Max(date - now, TimeSpan.Zero) : null;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
