using System.Net;
using System.Text.Json;
using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Api.Client;

/// <summary>The problems in an answer that is no success: the controller's own, or what the status means without them.</summary>
internal static class AnswerProblems
{
    private const int LongestBody = 500;

    public static async Task<IReadOnlyList<Problem>> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized) return [ClientProblems.WrongToken(address.Authority)];
        var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (TryReport(body) is { Count: > 0 } problems) return problems;
        var path = request.RequestUri?.IsAbsoluteUri == true ? request.RequestUri.AbsolutePath : request.RequestUri?.OriginalString;
        return response.StatusCode == HttpStatusCode.NotFound
            ? [ClientProblems.NotFound(path ?? "/")]
            : [ClientProblems.UnexpectedAnswer($"{request.Method} {path}", (int)response.StatusCode, body.Length > LongestBody ? body[..LongestBody] : body)];
    }

    private static List<Problem>? TryReport(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ProblemReport)?.Problems?.Select(ToProblem).ToList();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Problem ToProblem(ProblemItem item) => new(item.Code, item.Message, item.Hint)
    {
        At = item.File is null ? null : new SourceLocation(item.File, item.Line ?? 0, item.Path ?? ""),
    };
}
