namespace Fairlead.Oci.Images;

/// <summary>Annotation keys: those that the OCI image specification sets (annotations.md), and Fairlead's own.</summary>
public static class AnnotationKeys
{
    public const string Created = "org.opencontainers.image.created";
    public const string Title = "org.opencontainers.image.title";
    public const string Version = "org.opencontainers.image.version";
    public const string Revision = "org.opencontainers.image.revision";
    public const string Source = "org.opencontainers.image.source";
    public const string BaseDigest = "org.opencontainers.image.base.digest";
    public const string BaseName = "org.opencontainers.image.base.name";

    /// <summary>In a layout's index: the name of an image, for Fairlead <c>name:version</c>.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>In the store's index: when the image was put there. No part of the image.</summary>
    public const string Added = "dev.fairlead.added";

    /// <summary>In the store's index: the registry reference that the image was pulled from or pushed to last.</summary>
    public const string Remote = "dev.fairlead.remote";
}
