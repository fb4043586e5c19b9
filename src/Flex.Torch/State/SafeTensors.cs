using Flex.IO;

namespace Flex.Torch.State;

/// <summary>
/// Reads and writes safetensors, the format of this project's weights and checkpoints
/// (https://github.com/huggingface/safetensors): nothing in a file can run, and every byte is accounted for.
/// </summary>
public static class SafeTensors
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its metadata and tensors, in the order of its header.</returns>
    /// <exception cref="InputException">The file is missing, unreadable, cut off or not valid.</exception>
    public static StateFile Read(string path) => Open(path, stream =>
    {
        var header = SafeTensorsHeader.Read(stream);
        var bytes = new Dictionary<string, byte[]>();
        foreach (var entry in header.Tensors.OrderBy(e => e.Offset))
        {
            var buffer = GC.AllocateUninitializedArray<byte>(entry.Length);
            stream.Position = entry.Offset;
            stream.ReadExactly(buffer);
            bytes.Add(entry.Name, buffer);
        }

        var tensors = new OrderedDictionary<string, TensorData>();
        foreach (var entry in header.Tensors)
        {
            tensors.Add(entry.Name, new TensorData(entry.Type, entry.Shape, bytes[entry.Name]));
        }

        return new StateFile(header.Metadata, tensors);
    });

    /// <summary>Reads the metadata and the tensor table, checked as in <see cref="Read"/>, without the elements.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The header.</returns>
    /// <exception cref="InputException">The file is missing, unreadable, cut off or not valid.</exception>
    public static StateHeader ReadHeader(string path) => Open(path, SafeTensorsHeader.Read);

    /// <summary>Writes a file atomically; the same arguments always give the same bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, written in this order.</param>
    /// <param name="metadata">Text by key, written in ordinal order of the keys.</param>
    /// <exception cref="ArgumentException">A name is used twice or reserved, or a type has no safetensors name.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, TensorData>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var list = tensors.ToList();
        var header = SafeTensorsHeader.Encode(list, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var (_, tensor) in list)
            {
                stream.Write(tensor.Bytes.Span);
            }
        });
    }

    private static T Open<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return read(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"cannot read {path}: there is no such file", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"cannot read {path} as safetensors: {e.Message}; copy or export it again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"cannot read {path}: {e.Message}", e);
        }
    }
}
