using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Daemon.Api;

/// <summary>Answers that are not a success: a <see cref="ProblemReport"/> and the status its first problem's code calls for.</summary>
internal static class Answers
{
    public static IResult Of(IReadOnlyList<Problem> problems) => TypedResults.Json(Report(problems), ApiJson.Default.ProblemReport, statusCode: StatusOf(problems[0].Code));

    public static IResult Of(Problem problem, int status) => TypedResults.Json(Report([problem]), ApiJson.Default.ProblemReport, statusCode: status);

    public static Task WriteAsync(HttpContext context, Problem problem, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(Report([problem]), ApiJson.Default.ProblemReport, cancellationToken: context.RequestAborted);
    }

    public static int StatusOf(string code) => code switch
    {
        "FL5010" or "FL5226" or "FL5223" or "FL5242" => StatusCodes.Status404NotFound,
        "FL5015" or "FL5225" or "FL5240" or "FL5241" or "FL5243" or "FL5244" => StatusCodes.Status409Conflict,
        "FL5003" or "FL5004" => StatusCodes.Status507InsufficientStorage,
        "FL5001" or "FL5005" or "FL5006" => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };

    private static ProblemReport Report(IReadOnlyList<Problem> problems) =>
        new([.. problems.Select(p => new ProblemItem(p.Code, p.Message, p.Hint, p.At?.File, p.At?.Line, p.At?.Path))]);
}
