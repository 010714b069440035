using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Sections;

/// <summary>The sections that are a handful of keys.</summary>
internal static class PartKeys
{
    private static readonly Key<ImageSpec, string> Repository = new(
        "repository", References.RepositoryOnly("registry.example.com/models/penguins"), "Registry and repository that images are pushed to.", i => i.Repository);

    private static readonly Key<ImageSpec, string> Base = new(
        "base",
        References.Base,
        "auto (exactly the shared libraries that the programs need), or an image to start from: its reference, or oci:FOLDER.",
        i => i.Base == ImageSpec.Auto ? null : i.Base);

    private static readonly Key<ImageSpec, IReadOnlyList<string>> TimeZones = new(
        "time_zones",
        new ListType<string>(Scalars.Text("a time zone", "Europe/Berlin", Texts.ZonePattern, Texts.IsBadZone), zone => ("time zone", zone)),
        "Time zones whose rules are packed; default none: the model server writes all times in UTC.",
        i => i.TimeZones);

    private static readonly Key<ImageSpec, IReadOnlyList<string>> AllowSecrets = new(
        "allow_secrets",
        new ListType<string>(Texts.PathIn("keys/public-test-key.pem"), path => ("path", path)),
        "Files that look like secrets and are meant to be there.",
        i => i.AllowSecrets);

    private static readonly Key<FileSpec, string> From =
        new("from", Texts.PathIn("thresholds.json"), "In the manifest's folder.", f => f.From) { Required = true };

    private static readonly Key<FileSpec, string> To = new(
        "to",
        Scalars.Text("a path", "/etc/app/thresholds.json", null, Texts.LeavesReplica),
        "Where the replica finds it: absolute, or relative to its working folder.",
        f => f.To)
    { Required = true };

    private static readonly Key<VolumeSpec, string> VolumeName = new("name", Texts.Name("cache"), "The volume's name.", v => v.Name) { Required = true };

    private static readonly Key<VolumeSpec, string> VolumePath = new(
        "path", Scalars.Text("an absolute path", "/cache", "^/", Texts.NotAbsolute), "Where the replica finds it.", v => v.Path)
    { Required = true };

    private static readonly Key<VolumeSpec, ByteSize> VolumeSize = new("size", UnitScalars.Size("1GiB"), "How much it is meant to hold; an engine that cannot bound it says so.", v => v.Size);

    private static readonly Key<ResourceSpec, CpuQuantity> Cpu =
        new("cpu", UnitScalars.Cpu, "Processor of one replica, in cores (2, 0.5) or thousandths (500m); default no limit.", r => r.Cpu);

    private static readonly Key<ResourceSpec, ByteSize> Memory =
        new("memory", UnitScalars.Size("256MiB"), "Memory of one replica; default no limit.", r => r.Memory);

    private static readonly Key<ResourceSpec, int> Gpu =
        new("gpu", Scalars.Integer(0, 64), "Graphics processors of one replica; an engine that has none to give refuses it.", r => r.Gpu == 0 ? null : r.Gpu);

    private static readonly Key<NetworkSpec, bool> Expose =
        new("expose", Scalars.Truth, "Whether the gateway has a route to it; default true.", n => n.Expose);

    private static readonly Key<NetworkSpec, IReadOnlyList<string>> AllowFrom = new(
        "allow_from", new ListType<string>(Texts.Name("frontend"), name => ("deployment", name)), "Deployments that may call it; default all.", n => n.AllowFrom);

    public static NodeType<ImageSpec> Image { get; } = new RecordType<ImageSpec>(
        "{repository: registry.example.com/models/penguins}",
        [Repository, Base, TimeZones, AllowSecrets],
        map => new ImageSpec(map.Find(Repository), map.Get(Base, ImageSpec.Auto), map.Find(TimeZones), map.Find(AllowSecrets)));

    public static NodeType<IReadOnlyList<FileSpec>> Files { get; } = new ListType<FileSpec>(
        new RecordType<FileSpec>("{from: thresholds.json, to: /etc/app/thresholds.json}", [From, To], map => new FileSpec(map.Need(From), map.Need(To))),
        file => ("target", file.To));

    public static NodeType<IReadOnlyList<VolumeSpec>> Volumes { get; } = new ListType<VolumeSpec>(
        new RecordType<VolumeSpec>(
            "{name: cache, path: /cache, size: 1GiB}",
            [VolumeName, VolumePath, VolumeSize],
            map => new VolumeSpec(map.Need(VolumeName), map.Need(VolumePath), map.FindValue(VolumeSize))),
        volume => ("volume", volume.Name));

    public static NodeType<ResourceSpec> Resources { get; } = new RecordType<ResourceSpec>(
        "{cpu: 1, memory: 256MiB}", [Cpu, Memory, Gpu], map => new ResourceSpec(map.FindValue(Cpu), map.FindValue(Memory), map.Get(Gpu, 0)));

    public static NodeType<NetworkSpec> Network { get; } = new RecordType<NetworkSpec>(
        "{expose: true}", [Expose, AllowFrom], map => new NetworkSpec(map.Get(Expose, true), map.Find(AllowFrom)));
}
