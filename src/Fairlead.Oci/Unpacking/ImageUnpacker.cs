using System.Text;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Unpacking;

/// <summary>Unpacks an image's layers into a folder, every digest checked on the way.</summary>
public static class ImageUnpacker
{
    /// <param name="folder">Made when it does not exist. On a problem it holds what was unpacked until then.</param>
    public static async Task<Result<Done>> UnpackAsync(OciStore store, LoadedImage image, string folder, UnpackOptions options, CancellationToken cancellationToken)
    {
        var (layers, diffIds) = (image.Manifest.Layers, image.Config.RootFileSystem.DiffIds);
        if (layers.Count != diffIds.Count) return UnpackProblems.LayersDiffer(image.Stored.Name, layers.Count, diffIds.Count);
        try
        {
            Directory.CreateDirectory(folder);
            for (var i = 0; i < layers.Count; i++)
            {
                var unpacked = await UnpackAsync(store, layers[i], folder, options, cancellationToken);
                if (!unpacked.TryGet(out var layer)) return Result.Fail<Done>(unpacked.Problems);
                if (layer.DiffId != diffIds[i]) return UnpackProblems.OtherDiffId(layers[i].Digest, diffIds[i], layer.DiffId);
            }

            return Result.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return UnpackProblems.CannotWrite(folder, e.Message);
        }
    }

    internal static async Task<Result<UnpackedLayer>> UnpackAsync(OciStore store, Descriptor descriptor, string folder, UnpackOptions options, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsLayer(descriptor.MediaType)) return UnpackProblems.UnknownLayer(descriptor.Digest, descriptor.MediaType);
        var opened = store.OpenBlob(descriptor);
        if (!opened.TryGet(out var stream)) return Result.Fail<UnpackedLayer>(opened.Problems);
        try
        {
            var layer = await new LayerUnpacker(folder, options).UnpackAsync(stream, descriptor.MediaType, cancellationToken);
            return layer.Digest == descriptor.Digest ? layer : OciProblems.BlobDamaged(store.Layout.BlobOf(descriptor.Digest));
        }
        catch (LayerRefusedException e)
        {
            return UnpackProblems.Refused(descriptor.Digest, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or DecoderFallbackException)
        {
            return UnpackProblems.NoLayer(descriptor.Digest, e.Message);
        }
    }
}
