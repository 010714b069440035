using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway;

internal static class GatewayProblems
{
    /// <summary>sockaddr_un.sun_path holds 108 bytes, the last of them 0 (unix(7)).</summary>
    public const int LongestSocketPath = 107;

    public static Problem AddressInvalid(string address) => new(
        "FL4001",
        $"The gateway's address '{address}' is not host:port with an IP address, localhost or * as host.",
        $"Set {GatewayOptions.AddressVariable} to an address such as {GatewayOptions.DefaultAddress}.");

    public static Problem AddressInUse(string address) => new(
        "FL4002",
        $"The gateway's address {address} is in use by another program.",
        $"Stop that program, or set {GatewayOptions.AddressVariable} to a free address. `ss -ltnp` shows who listens.");

    public static Problem AddressRefused(string address, string reason) => new(
        "FL4003",
        $"The gateway cannot listen on {address}: {reason}.",
        $"Set {GatewayOptions.AddressVariable} to an address of this machine; ports below 1024 need a privilege.");

    public static Problem SocketPathTooLong(string path, int bytes) => new(
        "FL4004",
        $"The path of the gateway's socket, {path}, has {bytes} bytes; a unix socket's path has at most {LongestSocketPath}.",
        "Set FAIRLEAD_HOME to a shorter path.");

    public static Problem RunFolderNotWritable(string folder, string reason) => new(
        "FL4005",
        $"The gateway cannot write to {folder}: {reason}.",
        "Give this user write access to the folder, or set FAIRLEAD_HOME to another one.");

    public static Problem GatewayRunsAlready(string socket) => new(
        "FL4006",
        $"A gateway answers on {socket} already.",
        "One gateway serves one home: end the other one, or set FAIRLEAD_HOME to another folder.");

    public static Problem OptionOutOfRange(OptionRange option) => new(
        "FL4007",
        $"The gateway's option {option.Name} is {option.Value}; it must lie between {option.Least} and {option.Most} (times in seconds).",
        "Set it to a value within the range.");

    public static Problem RoutesInvalid(string reason) => new(
        "FL4008",
        $"The route snapshot is not accepted: {reason}.",
        "This is a fault of the controller that sent it; the routes before stay in force.");

    public static Problem RoutesOutdated(long version, long current) => new(
        "FL4009",
        $"The route snapshot has version {version}, but {current} is in force with other content.",
        "Read the version in force from GET /state and send a larger one.");

    public static Problem RoutesNotStored(string path, string reason) => new(
        "FL4010",
        $"The route snapshot could not be stored in {path}: {reason}. It is not in force; the routes before are.",
        "Free space on that file system or give this user write access, then send it again.");

    public static Problem StoredRoutesUnreadable(string path, string reason) => new(
        "FL4011",
        $"The routes stored in {path} cannot be read: {reason}. The gateway starts without routes.",
        "Start the controller: it sends the routes anew.");

    public static Problem DescriptorUnusable(int descriptor) => new(
        "FL4030",
        $"The gateway was given descriptor {descriptor}, which is no listening socket.",
        $"Only the controller sets {HandOverContract.DescriptorVariable}; start the gateway without it.");

    public static Problem HoldFull(string deployment, int most) => new(
        "FL4040",
        $"'{deployment}' has no replica yet, and as many requests wait for its first one as may (at most {most}, and a bounded number of bytes).",
        "Send it again after a moment; a deployment that many ask at once should keep a replica (scale: {min: 1}).");

    public static Problem NoneStarted(string deployment, TimeSpan waited, string? trouble) => new(
        "FL4041",
        $"'{deployment}' had no replica, and none was ready within the {waited.TotalMilliseconds:0} ms that a request is given: {trouble ?? "it is still starting"}.",
        $"`fairlead why {deployment}` says more; a start that takes longer needs a longer serve.timeout.");

    public static Problem Retired() => new(
        "FL4031",
        "The gateway was told to retire and takes no connections any more.",
        "Another gateway serves; `fairlead status` shows it.");
}
