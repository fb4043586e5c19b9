using System.Diagnostics;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Soak.Tests.Support;
using Flex.Torch.Random;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>netCDF of every kind, our own and others', and plain HDF5; small, so that damage meets metadata as often as data.</summary>
internal static class HostileFields
{
    private const string Cdl = """
        netcdf e {
        dimensions: time = UNLIMITED; y = 8; x = 8; letters = 3;
        variables:
          double time(time); time:units = "hours since 2000-01-01";
          double y(y); y:units = "degrees_north"; double x(x); x:modulo = 8.; x:units = "degrees_east";
          float w(time, y, x); w:_FillValue = -1.f; w:scale_factor = 2.f; w:long_name = "vorticity";
          short mask(y, x); char label(letters);
          :note = "abc"; :reynolds = 500.;
        data: time = 0, 1; y = 1, 2, 3, 4, 5, 6, 7, 8; x = 0, 1, 2, 3, 4, 5, 6, 7; label = "abc";
        }
        """;

    private static readonly Lazy<byte[][]> _netCdf = new(MakeNetCdf), _hdf5 = new(MakeHdf5);

    public static FuzzFormat NetCdf { get; } = Format("nc", "case.nc", _netCdf);

    public static FuzzFormat Hdf5 { get; } = Format("h5", "case.h5", _hdf5);

    private static FuzzFormat Format(string name, string file, Lazy<byte[][]> sound) => new(
        name,
        file,
        () => sound.Value,
        random => Mutator.Damage(sound.Value[random.NextInt(sound.Value.Length)], random),
        (path, output) =>
            [FuzzReader.Command("info", path), FuzzReader.Command("degrade", "--in", path, "--factor", "2", "--out", output, "--var", "w")]);

    private static byte[][] MakeNetCdf()
    {
        using var folder = new TemporaryFolder();
        var files = new List<byte[]> { OurOwn(folder["own.nc"]) };
        File.WriteAllText(folder["e.cdl"], Cdl);
        foreach (var kind in new[] { "classic", "64-bit-offset", "64-bit-data", "netCDF-4" })
        {
            using var tool = Process.Start("ncgen", ["-k", kind, "-o", folder[kind], folder["e.cdl"]]);
            tool.WaitForExit();
            files.Add(File.ReadAllBytes(folder[kind]));
        }

        return [.. files];
    }

    private static byte[] OurOwn(string path)
    {
        using var writer = FieldWriter.Create(path, new OutputSpec
        {
            Grid = Grid.PeriodicBox(8, 8),
            Times = [0, 1],
            Fields = [new OutputField("w", LongName: "vorticity")],
            Attributes = new Dictionary<string, string> { ["history"] = "made for a test" },
        });
        writer.Write("w", 0, 0, Values(64));
        writer.Write("w", 0, 1, Values(64));
        writer.Commit();
        return File.ReadAllBytes(path);
    }

    private static byte[][] MakeHdf5()
    {
        using var folder = new TemporaryFolder();
        Cli.Tests.H5Import.Write(folder["a.h5"], "w", [2, 8, 8], Values(128));
        Cli.Tests.H5Import.Write(folder["b.h5"], "w", [3, 2, 4, 8], Values(192));
        return [File.ReadAllBytes(folder["a.h5"]), File.ReadAllBytes(folder["b.h5"])];
    }

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i))];
}
