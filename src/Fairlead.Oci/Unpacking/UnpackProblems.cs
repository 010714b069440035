using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Unpacking;

/// <summary>Problems of images that are unpacked, FL72xx.</summary>
internal static class UnpackProblems
{
    public static Problem Refused(Digest layer, string reason) =>
        new("FL7201", $"The layer {layer} is not unpacked: {reason}.", "Such a layer can harm the machine that unpacks it. Use an image from another source, or build it without that entry.");

    public static Problem NoLayer(Digest layer, string reason) =>
        new("FL7202", $"The layer {layer} is no readable tar: {reason.TrimEnd('.')}.", "The image was made wrong; build it again.");

    public static Problem UnknownLayer(Digest layer, string mediaType) =>
        new("FL7203", $"The layer {layer} has the media type {mediaType}, which cannot be unpacked.", "Use an image whose layers are tar or tar+gzip.");

    public static Problem LayersDiffer(ImageName image, int layers, int diffIds) =>
        new("FL7204", $"{image} has {layers} layers, and its configuration names {diffIds}.", "The image was made wrong; build it again.");

    public static Problem OtherDiffId(Digest layer, Digest expected, Digest actual) =>
        new("FL7205", $"The layer {layer} unpacks to {actual}, and the image's configuration says {expected}.", "The image was made wrong; build it again.");

    public static Problem CannotWrite(string folder, string reason) =>
        new("FL7206", $"The image cannot be unpacked into {folder}: {reason.TrimEnd('.')}.", "Check the folder's permissions and the space on its disk.");
}
