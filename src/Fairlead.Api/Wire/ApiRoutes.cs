namespace Fairlead.Api.Wire;

/// <summary>The control API's routes. All but <see cref="Health"/> and <see cref="OpenApi"/> need <c>Authorization: Bearer</c> with the home's token.</summary>
public static class ApiRoutes
{
    public const string AddressVariable = "FAIRLEAD_API";
    public const string DefaultAddress = "127.0.0.1:7070";
    public const string GatewayVariable = "FAIRLEAD_GATEWAY";
    public const string DefaultGateway = "127.0.0.1:8080";

    public const string Health = "/healthz";
    public const string OpenApi = "/openapi/v1.json";

    /// <summary>GET: <see cref="ControllerInfo"/>.</summary>
    public const string Info = "/v1/info";

    /// <summary>GET: all <see cref="DeploymentStatus"/>.</summary>
    public const string Deployments = "/v1/deployments";

    /// <summary>GET: <see cref="DeploymentStatus"/>; PUT <see cref="DeployRequest"/>: 202 <see cref="DeployAccepted"/>; DELETE: 202, gone when GET says 404.</summary>
    public const string Deployment = "/v1/deployments/{name}";

    /// <summary>POST <see cref="ScaleRequest"/>: 202.</summary>
    public const string Scale = "/v1/deployments/{name}/scale";

    /// <summary>POST <see cref="DeployRequest"/>: <see cref="PlanReport"/>; changes nothing.</summary>
    public const string Plan = "/v1/plan";

    /// <summary>GET: <see cref="RevisionSummary"/>, newest first.</summary>
    public const string Revisions = "/v1/deployments/{name}/revisions";

    /// <summary>POST <see cref="RollbackRequest"/>: 202 <see cref="DeployAccepted"/>.</summary>
    public const string Rollback = "/v1/deployments/{name}/rollback";

    /// <summary>POST: 202. The verb is <c>pause</c>, <c>resume</c>, <c>promote</c> or <c>abort</c>; 409 when no update is under way.</summary>
    public const string Rollout = "/v1/deployments/{name}/rollout/{verb}";

    /// <summary>POST <see cref="DeployRequest"/>: <see cref="DiffReport"/>; changes nothing.</summary>
    public const string Diff = "/v1/diff";

    /// <summary>GET: <see cref="WhyReport"/>.</summary>
    public const string Why = "/v1/deployments/{name}/why";

    /// <summary>GET <c>?replica=&amp;since=&amp;tail=&amp;follow=</c>: <see cref="LogRecord"/>, one JSON object a line, streamed.</summary>
    public const string Logs = "/v1/deployments/{name}/logs";

    /// <summary>GET <c>?deployment=&amp;after=SEQUENCE&amp;limit=&amp;wait=10s</c>: <see cref="EventRecord"/>, oldest first; with <c>wait</c> it holds until there is one.</summary>
    public const string Events = "/v1/events";

    /// <summary>POST: 202 and the controller and its gateway end; 409 while there are deployments.</summary>
    public const string Shutdown = "/v1/shutdown";
}
