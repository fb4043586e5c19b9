namespace Flex.Fields.NetCdf;

/// <summary>Looks at a file's first bytes, so that the user hears what the file is instead of an error number.</summary>
internal static class FileProbe
{
    private static ReadOnlySpan<byte> Hdf5Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Checks that a path leads to a complete netCDF or HDF5 file.</summary>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="InputException">No file, a folder, unreadable, another format, or shorter than its header says.</exception>
    public static long Check(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"cannot read {path}: it is a folder; name a netCDF or HDF5 file");
        }

        try
        {
            using var stream = File.OpenRead(path);
            if (HasHdf5Signature(stream))
            {
                return stream.Length;
            }

            stream.Position = 0;
            if (ClassicHeader.RequiredLength(stream) is not { } required)
            {
                throw new InputException($"cannot read {path}: it is not a netCDF or HDF5 file");
            }

            if (stream.Length < required)
            {
                throw Truncated(path, $"it has {stream.Length} bytes, its header promises {required}");
            }

            return stream.Length;
        }
        catch (FileNotFoundException e)
        {
            throw new InputException($"cannot read {path}: there is no such file", e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new InputException($"cannot read {path}: there is no such file", e);
        }
        catch (EndOfStreamException)
        {
            throw Truncated(path, "it ends inside its header");
        }
        catch (OverflowException)
        {
            throw new InputException($"cannot read {path}: its header is damaged; copy or make it again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {e.Message}", e);
        }
    }

    private static InputException Truncated(string path, string how) =>
        new($"cannot read {path}: the file is truncated ({how}); copy or make it again");

    // HDF5 allows a user block before the signature, whose length is 512 or a larger power of two.
    private static bool HasHdf5Signature(Stream stream)
    {
        Span<byte> head = stackalloc byte[8];
        for (long offset = 0; offset + head.Length <= stream.Length; offset = offset == 0 ? 512 : offset * 2)
        {
            stream.Position = offset;
            stream.ReadExactly(head);
            if (head.SequenceEqual(Hdf5Signature))
            {
                return true;
            }
        }

        return false;
    }
}
