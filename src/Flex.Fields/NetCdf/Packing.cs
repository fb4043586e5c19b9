using System.Numerics;

namespace Flex.Fields.NetCdf;

/// <summary>
/// How stored numbers become values: the netCDF attribute conventions (_FillValue, missing_value, valid_min, valid_max,
/// valid_range; scale_factor, add_offset). Missing values become NaN.
/// </summary>
internal sealed class Packing
{
    private readonly double[] _missing;
    private readonly double _min;
    private readonly double _max;
    private readonly double _scale;
    private readonly double _offset;

    private Packing(double[] missing, double min, double max, double scale, double offset) =>
        (_missing, _min, _max, _scale, _offset) = (missing, min, max, scale, offset);

    /// <summary>Reads the conventions from a variable's attributes.</summary>
    public static Packing From(IReadOnlyDictionary<string, FileAttribute> attributes, NetCdfType type)
    {
        IReadOnlyList<double> Numbers(string name) => attributes.TryGetValue(name, out var a) ? a.Numbers : [];
        double Number(string name, double otherwise) => Numbers(name) is [var first, ..] ? first : otherwise;

        var fill = Numbers("_FillValue");
        double[] missing = [.. fill.Count > 0 ? fill : DefaultFill(type), .. Numbers("missing_value")];
        var (min, max) = Numbers("valid_range") is [var low, var high]
            ? (low, high)
            : (Number("valid_min", double.NegativeInfinity), Number("valid_max", double.PositiveInfinity));
        return new Packing(missing, min, max, Number("scale_factor", 1), Number("add_offset", 0));
    }

    /// <summary>Replaces stored numbers by values, in place.</summary>
    /// <returns>The number of missing values, NaN as stored included.</returns>
    public long Unpack<T>(Span<T> values)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        // The conventions compare numbers as stored, in the variable's own precision and before scaling.
        var missing = Array.ConvertAll(_missing, T.CreateTruncating);
        var (min, max) = (T.CreateTruncating(_min), T.CreateTruncating(_max));
        var packed = _scale != 1 || _offset != 0;
        long count = 0;
        foreach (ref var value in values)
        {
            if (!(value >= min && value <= max) || missing.AsSpan().Contains(value))
            {
                value = T.NaN;
                count++;
            }
            else if (packed)
            {
                value = T.CreateTruncating((double.CreateTruncating(value) * _scale) + _offset);
            }
        }

        return count;
    }

    /// <summary>What the library stores where nothing was written (NC_FILL_*), where no _FillValue says otherwise.</summary>
    private static double[] DefaultFill(NetCdfType type) => type switch
    {
        NetCdfType.Int16 => [-32767],
        NetCdfType.Int32 => [-2147483647],
        NetCdfType.Float32 or NetCdfType.Float64 => [9.9692099683868690e+36],
        _ => [],
    };
}
