using Fairlead.Api.Wire;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Fairlead.Daemon.Api;

/// <summary>What the OpenAPI document says beside the routes and their types.</summary>
internal static class OpenApiText
{
    private const string Scheme = "token";

    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "Fairlead control API",
            Version = "v1",
            Description = $"On loopback only. All but {ApiRoutes.Health} and {ApiRoutes.OpenApi} need the bearer token of the home's run/api-token. Every answer that is not a success is a ProblemReport.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    });
}
