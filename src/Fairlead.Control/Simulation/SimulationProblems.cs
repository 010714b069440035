using Fairlead.Core.Results;

namespace Fairlead.Control.Simulation;

public static class SimulationProblems
{
    public static Problem Unreadable(string path, string why) => new("FL5260", $"{path} cannot be read: {why}", "Check the path and its permissions.");

    public static Problem BadTrace(string path, int line, string why) =>
        new("FL5261", $"{path}, line {line}: {why}.", "Write a first line with the name 'timestamp' and a date-time or seconds in each line after it, or 'count' and the requests of one second in each.");

    public static Problem EmptyTrace(string path) => new("FL5262", $"{path} has no request in it.", "Give a trace of at least one request.");

    public static Problem NoMoments(string path) =>
        new("FL5282", $"The manifest has scale/schedule, and {path} does not say at what date and time its requests came.", "Give a trace with date-times in the column 'timestamp', or a manifest without a schedule.");

    public static Problem BadProfile(string path, string why) =>
        new("FL5263", $"{path} is no service-time profile: {why}.", $"Its format '{ServiceProfile.FormatName}' is described in docs/reference/simulate.md; a constant time is written as 20ms.");
}
