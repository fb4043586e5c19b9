using System.IO.Compression;
using System.Text;
using Flex.IO;

namespace Flex.Torch.State;

/// <summary>
/// Reads checkpoints that <c>torch.save</c> wrote since PyTorch 1.6: a zip of stored entries <c>NAME/data.pkl</c> (a pickle)
/// and <c>NAME/data/KEY</c> (raw storages). Nothing in a file is executed, whatever it asks for.
/// </summary>
public static class PyTorchCheckpoint
{
    private const string PickleName = "/data.pkl";
    private const long MaxPickleBytes = 32 << 20;
    private const long MinCopyBudget = 64 << 20;

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The value that was saved.</returns>
    /// <exception cref="InputException">The file is missing, damaged, no such zip, or asks for anything but data.</exception>
    public static PickleValue Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return Read(zip, stream.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"cannot read {path}: there is no such file", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"cannot read {path} as a PyTorch checkpoint: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"cannot read {path}: {e.Message}", e);
        }
    }

    private static PickleValue Read(ZipArchive zip, long fileLength)
    {
        var entries = Index(zip, fileLength);
        var pickles = entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal)).ToList();
        if (pickles.Count != 1)
        {
            throw new InvalidDataException(
                $"it holds {pickles.Count} entries named data.pkl, not one; save it with torch.save of PyTorch 1.6 or later");
        }

        var folder = pickles[0][..^PickleName.Length];
        if (entries.TryGetValue($"{folder}/byteorder", out var order)
            && Encoding.ASCII.GetString(Bytes(order)) != "little")
        {
            throw new InvalidDataException("its numbers are not little-endian; save it again on a little-endian machine");
        }

        var pickle = entries[pickles[0]];
        if (pickle.Length > MaxPickleBytes)
        {
            throw new InvalidDataException($"its pickle of {pickle.Length} bytes is too large for weights");
        }

        var objects = new TorchObjects(
            key => entries.TryGetValue($"{folder}/data/{key}", out var storage)
                ? Bytes(storage)
                : throw new InvalidDataException($"storage '{key}' is missing"),
            Math.Max(MinCopyBudget, 4 * fileLength));
        var value = Unpickler.Read(Bytes(pickle), objects.Call, objects.Load);
        PickleTree.Check(value);
        return value;
    }

    /// <summary>The entries by name; together they cannot hold more than the file, which rules out zip bombs.</summary>
    private static Dictionary<string, ZipArchiveEntry> Index(ZipArchive zip, long fileLength)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>();
        var remaining = fileLength;
        foreach (var entry in zip.Entries)
        {
            if (entry.Length != entry.CompressedLength || entry.Length < 0 || entry.Length > remaining)
            {
                throw new InvalidDataException($"entry '{entry.FullName}' is compressed or larger than the file");
            }

            remaining -= entry.Length;
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw new InvalidDataException($"entry '{entry.FullName}' is there twice");
            }
        }

        return entries;
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"entry '{entry.FullName}' has {entry.Length} bytes; at most {Array.MaxLength} can be read");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)entry.Length);
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw new InvalidDataException($"the checksum of entry '{entry.FullName}' does not match; the file is damaged");
    }
}
