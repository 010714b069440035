namespace Fairlead.Oci.Archives;

/// <summary>How an image lies in one file.</summary>
public enum ArchiveFormat
{
    /// <summary>A tar of an OCI image layout: <c>skopeo</c>, <c>podman</c>, <c>buildah</c>, <c>ctr</c>.</summary>
    Oci,

    /// <summary>The same, with what <c>docker load</c> looks for beside it.</summary>
    Docker,
}
