using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public sealed class FilePatternsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FilePatternsTests()
    {
        foreach (var name in new[] { "train/re1_a.nc", "train/re2_a.nc", "train/deep/re3_a.nc", "valid/re1_b.nc", "valid/note.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train/re1_a.nc", "train/re1_a.nc")]
    [InlineData("train/*.nc", "train/re1_a.nc train/re2_a.nc")]
    [InlineData("*/re1_?.nc", "train/re1_a.nc valid/re1_b.nc")]
    [InlineData("**/*.nc", "train/deep/re3_a.nc train/re1_a.nc train/re2_a.nc valid/re1_b.nc")]
    [InlineData("train/../valid/*.nc", "valid/re1_b.nc")]
    public void Patterns_find_files(string pattern, string expected) =>
        Assert.Equal(expected.Split(' ').Select(f => _folder[f]), FilePatterns.Find([pattern], _folder.Path));

    [Fact]
    public void Overlapping_patterns_give_a_file_once() =>
        Assert.Equal(2, FilePatterns.Find(["train/*.nc", _folder["train/re1_a.nc"]], _folder.Path).Count);

    [Theory]
    [InlineData("train/RE*.nc")]
    [InlineData("missing/*.nc")]
    [InlineData("train")]
    public void A_pattern_without_match_is_an_error(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<InputException>(() => FilePatterns.Find(["train/*.nc", pattern], _folder.Path)).Message);
}
