namespace Flex.Fields.NetCdf.Probing;

/// <summary>What the probing child is asked to do with a file.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">The file, as an absolute path.</param>
/// <param name="Variable">For a block, the place of the variable in <see cref="FieldFile.Variables"/>.</param>
/// <param name="Start">Its first index along every dimension.</param>
/// <param name="Count">Its number of indices along every dimension.</param>
internal sealed record ProbeRequest(ProbeKind Kind, string Path, int Variable, long[] Start, long[] Count)
{
    /// <summary>Asks for something that needs no block.</summary>
    public ProbeRequest(ProbeKind kind, string path)
        : this(kind, path, 0, [], [])
    {
    }

    /// <summary>Sends the request.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write((byte)Kind);
        writer.Write(Path);
        writer.Write(Variable);
        writer.Write(Start.Length);
        foreach (var number in Start.Concat(Count))
        {
            writer.Write(number);
        }

        writer.Flush();
    }

    /// <summary>Receives a request.</summary>
    /// <returns>The request, or null when there will be no more.</returns>
    public static ProbeRequest? Read(BinaryReader reader)
    {
        try
        {
            var (kind, path) = ((ProbeKind)reader.ReadByte(), reader.ReadString());
            var (variable, rank) = (reader.ReadInt32(), reader.ReadInt32());
            long[] Numbers() => [.. Enumerable.Range(0, rank).Select(_ => reader.ReadInt64())];
            return new ProbeRequest(kind, path, variable, Numbers(), Numbers());
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }
}

/// <summary>What a request asks for.</summary>
internal enum ProbeKind : byte
{
    /// <summary>Open the file, read its metadata, close it.</summary>
    Metadata,

    /// <summary>Read a block of a variable.</summary>
    Block,

    /// <summary>Close the file if it is open.</summary>
    Close,
}
