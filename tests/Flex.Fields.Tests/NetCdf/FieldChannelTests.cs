using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.NetCdf;

public sealed class FieldChannelTests
{
    [Fact]
    public void Lists_name_variables_and_channels()
    {
        Assert.Equal([new FieldChannel("w", null)], FieldChannel.List("w"));
        Assert.Equal([new FieldChannel("u", null), new FieldChannel("v", null)], FieldChannel.List("u, v"));
        Assert.Equal([new FieldChannel("fields", 0), new FieldChannel("fields", 12)], FieldChannel.List("fields[0],fields[12]"));
        Assert.Equal([new FieldChannel("group/w[x]", null)], FieldChannel.List("group/w[x]"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("u,")]
    [InlineData("u,v,u")]
    [InlineData("w[1],w[1]")]
    public void Lists_that_name_nothing_or_something_twice_are_refused(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<InputException>(() => FieldChannel.List(text)).Message, StringComparison.Ordinal);
}
