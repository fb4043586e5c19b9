namespace Flex.Fields.NetCdf;

/// <summary>A dimension of a variable; plain HDF5 has none, its dimensions are called <c>phony_dim_N</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Number of points.</param>
public sealed record FileDimension(string Name, long Length);
