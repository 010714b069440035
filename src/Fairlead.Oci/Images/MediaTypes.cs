namespace Fairlead.Oci.Images;

/// <summary>Media types of the OCI image specification (media-types.md) and those of Docker that mean the same.</summary>
public static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string PlainLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>The configuration of a manifest that has none, with the two bytes <c>{}</c>.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    public const string DockerPlainLayer = "application/vnd.docker.image.rootfs.diff.tar";

    public static bool IsIndex(string mediaType) => mediaType is Index or DockerIndex;

    public static bool IsManifest(string mediaType) => mediaType is Manifest or DockerManifest;

    /// <summary>Layers that can be unpacked; others (zstd, encrypted) cannot.</summary>
    public static bool IsLayer(string mediaType) => IsGzipLayer(mediaType) || mediaType is PlainLayer or DockerPlainLayer;

    public static bool IsGzipLayer(string mediaType) => mediaType is Layer or DockerLayer;
}
