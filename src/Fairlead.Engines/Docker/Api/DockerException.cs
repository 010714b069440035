using System.Net;

namespace Fairlead.Engines.Docker.Api;

/// <summary>The daemon refused, or could not be asked.</summary>
/// <param name="status">Its answer; null when there was none.</param>
internal sealed class DockerException(HttpStatusCode? status, string message, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status => status;

    /// <summary>Nothing can be said of what the daemon runs.</summary>
    public bool IsUnreachable => status is null;

    public bool IsNotFound => status == HttpStatusCode.NotFound;

    public bool IsConflict => status == HttpStatusCode.Conflict;
}
