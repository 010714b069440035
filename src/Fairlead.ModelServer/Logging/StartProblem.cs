using Fairlead.Core.Results;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Logging;

/// <summary>Tells why the server does not start.</summary>
internal static partial class StartProblem
{
    public static void Log(ILogger log, Problem problem) => LogProblem(log, problem.ToString(), problem.Code, problem.Hint);

    [LoggerMessage(2204, LogLevel.Error, "The server does not start. {Reason}")]
    private static partial void LogProblem(ILogger log, string reason, string code, string remedy);
}
