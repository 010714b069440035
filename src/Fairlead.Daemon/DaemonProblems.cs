using System.Net;
using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Daemon;

/// <summary>What stops a controller from starting, and what its API refuses.</summary>
internal static class DaemonProblems
{
    public static Problem AlreadyRuns(string home, int? pid) => new(
        "FL5201",
        $"A controller runs on '{home}' already{(pid is null ? "" : $" (process {pid})")}.",
        "Use that one (`fairlead status`), end it first, or set FAIRLEAD_HOME to another folder.");

    public static Problem HomeNotWritable(string path, string detail) => new(
        "FL5202", $"'{path}' cannot be written: {detail}.", "Give this user the right to write it, or set FAIRLEAD_HOME to a folder that can be written.");

    public static Problem AddressInvalid(string text) => new(
        "FL5203", $"'{text}' is no address to listen on.", $"Write HOST:PORT such as {ApiRoutes.DefaultAddress} in {ApiRoutes.AddressVariable}.");

    public static Problem NotLoopback(string text) => new(
        "FL5204", $"The control API does not listen on '{text}': it is for this machine only.", $"Use an address of 127.0.0.0/8 or [::1] in {ApiRoutes.AddressVariable}; reach it from elsewhere through SSH.");

    public static Problem PortTaken(IPEndPoint address) => new(
        "FL5205", $"Another program listens on {address}, where the control API should be.", $"End it, or choose another port: {ApiRoutes.AddressVariable}={address.Address}:{(address.Port < 65000 ? address.Port + 1 : address.Port - 1)}.");

    public static Problem CannotListen(string address, string detail) => new(
        "FL5206", $"The control API cannot listen on {address}: {detail}.", $"Choose another address in {ApiRoutes.AddressVariable}.");

    public static Problem HomeFull(string path) => new(
        "FL5207", $"There is no room left on the disk of '{path}'.", "Free some space and start again.");

    public static Problem GatewayPortTaken(string address) => new(
        "FL5208", $"Another program listens on {address}, where the gateway should be.", $"End it, or choose another port in {ApiRoutes.GatewayVariable}.");

    public static Problem TokenMissing() => new(
        "FL5220", "The request has no valid token.", "Send 'Authorization: Bearer TOKEN' with the text of the file run/api-token in the home.");

    public static Problem HostRefused(string host) => new(
        "FL5221", $"The request was sent to the host '{host}'.", "Use the address that the controller listens on: 127.0.0.1 or localhost.");

    public static Problem BadRequest(string detail) => new("FL5222", $"The request cannot be read: {detail}", "See the OpenAPI document at /openapi/v1.json.");

    public static Problem NotFound(string path) => new("FL5223", $"There is nothing at '{path}'.", "See the OpenAPI document at /openapi/v1.json.");

    public static Problem Internal() => new("FL5224", "The controller failed to answer; this is a fault of its own.", "See the controller's log, and report it.");

    public static Problem StillDeployed(IEnumerable<string> names) => new(
        "FL5225", $"There are still deployments: {string.Join(", ", names)}.", "Remove them first (`fairlead down NAME`); or end only the controller with SIGTERM.");

    public static Problem UnknownReplica(string replica, string deployment) => new(
        "FL5226", $"'{deployment}' has no replica '{replica}'.", "`fairlead status` lists them.");

    public static Problem MethodNotAllowed(string method, string path) => new("FL5227", $"'{path}' does not take {method}.", "See the OpenAPI document at /openapi/v1.json.");

    public static Problem GatewayEnds(string how, string? log) => new(
        "FL5230", $"The gateway {how}{(log is null ? "" : ": " + log)}.", "It is started again by itself; see logs/gateway.log.");

    public static Problem GatewayNotStarted(string detail) => new(
        "FL5231", $"The gateway was not started: {detail}.", "Put right what the message says; it is tried again by itself.");

    public static Problem GatewayNotReplaced(string detail) => new(
        "FL5232", $"The gateway was not replaced: {detail}.", "The one before goes on serving. Put right what the message says, then run `fairlead gateway replace` again.");

    public static Problem FaultUnknown(string fault) => new("FL5233", $"'{fault}' is no fault that a replica can be given.", "Use kill, freeze, thaw, out_of_memory, fill_disk or free_disk.");

    public static Problem FaultsUnavailable(string engine) => new("FL5234", $"The engine '{engine}' makes no faults on purpose.", "Drill a deployment of the process or Docker engine.");
}
