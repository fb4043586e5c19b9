using System.Runtime.InteropServices;
using System.Text;
using static Flex.Fields.NetCdf.LibNetCdf;

namespace Flex.Fields.NetCdf;

/// <summary>Lists variables, dimensions and attributes of an open file. The caller has called <see cref="Enter"/>.</summary>
/// <param name="path">The file's path, for messages.</param>
internal sealed class MetadataReader(string path)
{
    private const int DeepestGroup = 32;

    /// <summary>More elements than any attribute has; a damaged length would fill the memory.</summary>
    private const nuint MostElements = 1 << 24;

    private readonly string _doing = $"cannot read {path}";

    /// <summary>All variables, those in groups as <c>group/name</c>.</summary>
    public List<FileVariable> Variables(FieldFile file, int group)
    {
        var variables = new List<FileVariable>();
        Add(variables, file, group, prefix: "", depth: 0);
        return variables;
    }

    private void Add(List<FileVariable> variables, FieldFile file, int group, string prefix, int depth)
    {
        if (depth > DeepestGroup)
        {
            throw new InputException($"{_doing}: its groups nest more than {DeepestGroup} deep");
        }

        Check(nc_inq_varids(group, out var count, null), _doing);
        var ids = new int[count];
        Check(nc_inq_varids(group, out _, ids), _doing);
        foreach (var id in ids)
        {
            variables.Add(Variable(file, group, id, variables.Count, prefix));
        }

        Check(nc_inq_grps(group, out count, null), _doing);
        var groups = new int[count];
        Check(nc_inq_grps(group, out _, groups), _doing);
        Span<byte> name = stackalloc byte[MaxName + 1];
        foreach (var child in groups)
        {
            Check(nc_inq_grpname(child, name), _doing);
            Add(variables, file, child, $"{prefix}{Text(name)}/", depth + 1);
        }
    }

    /// <summary>The attributes of a variable, or of the file (<see cref="Global"/>).</summary>
    public Dictionary<string, FileAttribute> Attributes(int group, int variable, int count)
    {
        var attributes = new Dictionary<string, FileAttribute>(StringComparer.Ordinal);
        Span<byte> name = stackalloc byte[MaxName + 1];
        for (var i = 0; i < count; i++)
        {
            Check(nc_inq_attname(group, variable, i, name), _doing);
            var attribute = Attribute(group, variable, name);
            attributes[attribute.Name] = attribute;
        }

        return attributes;
    }

    private FileVariable Variable(FieldFile file, int group, int id, int place, string prefix)
    {
        Span<byte> name = stackalloc byte[MaxName + 1];
        Check(nc_inq_varndims(group, id, out var rank), _doing);
        var dimensionIds = new int[rank];
        Check(nc_inq_var(group, id, name, out var type, out _, dimensionIds, out var attributes), _doing);
        var variableName = prefix + Text(name);
        var dimensions = new List<FileDimension>(rank);
        foreach (var dimension in dimensionIds)
        {
            Check(nc_inq_dim(group, dimension, name, out var length), _doing);
            dimensions.Add(new FileDimension(Text(name), length <= long.MaxValue ? (long)length : throw new InputException($"{_doing}: its header is damaged; copy or make it again")));
        }

        var chunks = new nuint[rank];
        Check(nc_inq_var_chunking(group, id, out var storage, chunks), _doing);
        long[]? chunk = storage == Chunked ? Array.ConvertAll(chunks, length => Math.Max(1, (long)length)) : null;
        return new FileVariable(file, group, id, place, variableName, Known(type), dimensions, chunk, Attributes(group, id, attributes));
    }

    private FileAttribute Attribute(int group, int variable, ReadOnlySpan<byte> name)
    {
        var text = Text(name);
        Check(nc_inq_att(group, variable, name, out var type, out var length), _doing);
        if (length > MostElements)
        {
            throw new InputException($"{_doing}: its attribute {text} claims to have {length} elements; the file is damaged: copy or make it again");
        }

        switch (Known(type))
        {
            case NetCdfType.Text:
                var bytes = new byte[length];
                Check(nc_get_att_text(group, variable, name, bytes), _doing);
                return new FileAttribute(text, Text(bytes), []);
            case NetCdfType.String:
                var strings = new nint[length];
                Check(nc_get_att_string(group, variable, name, strings), _doing);
                var joined = string.Join(", ", strings.Select(s => Marshal.PtrToStringUTF8(s)));
                Check(nc_free_string(length, strings), _doing);
                return new FileAttribute(text, joined, []);
            case NetCdfType.Other:
                return new FileAttribute(text, "(user-defined type)", []);
            default:
                var numbers = new double[length];
                Check(nc_get_att_double(group, variable, name, numbers), _doing);
                return new FileAttribute(text, null, numbers);
        }
    }

    private static NetCdfType Known(int type) => Enum.IsDefined((NetCdfType)type) ? (NetCdfType)type : NetCdfType.Other;

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
