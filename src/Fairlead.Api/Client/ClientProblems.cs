using Fairlead.Core.Results;

namespace Fairlead.Api.Client;

/// <summary>What can go wrong on the way to the control API.</summary>
public static class ClientProblems
{
    private const string NotFoundCode = "FL6005";
    private const string UnknownDeploymentCode = "FL5010";

    public static Problem NotRunning(string home) =>
        new("FL6001", $"Nothing runs on this home ({home}).", "Start a model with 'fairlead up', or set FAIRLEAD_HOME to the home that you mean.");

    public static Problem Unreachable(string address, string why) =>
        new("FL6002", $"The controller at {address} does not answer: {why}.", "Look at logs/controller.log in the home; 'fairlead up' starts a new controller, and replicas that run are taken over.");

    public static Problem WrongToken(string address) =>
        new("FL6003", $"The controller at {address} does not accept this home's token; it belongs to another home.", "Set FAIRLEAD_HOME to that controller's home, or FAIRLEAD_API to another address for this one.");

    public static Problem UnexpectedAnswer(string request, int status, string body) =>
        new("FL6004", $"The controller answered {request} with status {status}{(body.Length == 0 ? "" : $": {body}")}.", "Check that the program and the controller are of one version ('fairlead --version'); logs/controller.log in the home may say more.");

    public static Problem NotFound(string what) =>
        new(NotFoundCode, $"The controller has no {what}.", "'fairlead status' lists the deployments that there are.");

    public static Problem BadRecord(string file, string why) =>
        new("FL6006", $"The controller's record {file} cannot be read: {why}.", "Delete the file when no controller runs on this home; the next 'fairlead up' writes a new one.");

    /// <summary>What was asked for is not there, as the controller or the client says it.</summary>
    public static bool IsNotFound(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Code is NotFoundCode or UnknownDeploymentCode;
    }
}
